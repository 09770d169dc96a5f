r"""The commands and environments that web renderers of LaTeX mathematics know, and how each may be used.

Taken from what KaTeX 0.16 accepts, name by name; the common ground of KaTeX and MathJax is close to it.
"""

from __future__ import annotations

import re
from typing import Final

_WITHOUT_ARGUMENT_NAMES: Final = (
    "AA Alpha And Bbbk Beta Box Bumpeq Cap Chi Colonapprox Coloneq Coloneqq Colonsim Complex Cup Dagger "
    "Darr Delta Diamond Doteq Downarrow Epsilon Eqcolon Eqqcolon Eta Finv Game Gamma Harr Huge Im Iota "
    "Join KaTeX Kappa LARGE LaTeX Lambda Large Larr Leftarrow Leftrightarrow Lleftarrow Longleftarrow "
    "Longleftrightarrow Longrightarrow Lrarr Lsh Mu N Nu Omega Omicron P Phi Pi Pr Psi R Rarr Re Reals "
    "Rho Rightarrow Rrightarrow Rsh S Sigma Subset Supset Tau TeX Theta Uarr Uparrow Updownarrow Upsilon "
    "Vdash Vert Vvdash Xi Z Zeta aa alef alefsym aleph allowbreak alpha amalg angle angln approx "
    "approxcolon approxcoloncolon approxeq arccos arcctg arcsin arctan arctg arg argmax argmin ast asymp "
    "backepsilon backprime backsim backsimeq backslash barwedge because beta beth between bf bigcap "
    "bigcirc bigcup bigodot bigoplus bigotimes bigsqcup bigstar bigtriangledown bigtriangleup biguplus "
    "bigvee bigwedge blacklozenge blacksquare blacktriangle blacktriangledown blacktriangleleft "
    "blacktriangleright bmod bot bowtie boxdot boxminus boxplus boxtimes bull bullet bumpeq cal cap cdot "
    "cdotp cdots centerdot ch checkmark chi circ circeq circlearrowleft circlearrowright circledR "
    "circledS circledast circledcirc circleddash clubs clubsuit cnums colon colonapprox coloncolon "
    "coloncolonapprox coloncolonequals coloncolonminus coloncolonsim coloneq coloneqq colonequals "
    "colonminus colonsim complement cong coprod copyright cos cosec cosh cot cotg coth csc ctg cth cup "
    "curlyeqprec curlyeqsucc curlyvee curlywedge curvearrowleft curvearrowright dArr dag dagger daleth "
    "darr dashleftarrow dashrightarrow dashv dblcolon ddag ddagger ddots deg degree delta det diagdown "
    "diagup diamond diamonds diamondsuit digamma dim displaystyle div divideontimes doteq doteqdot "
    "dotplus dots dotsb dotsc dotsi dotsm dotso dotsx doublebarwedge doublecap doublecup downarrow "
    "downdownarrows downharpoonleft downharpoonright ell empty emptyset enskip enspace epsilon eqcirc "
    "eqcolon eqqcolon eqsim eqslantgtr eqslantless equalscolon equalscoloncolon equiv eta eth exist "
    "exists exp fallingdotseq flat footnotesize forall frown gamma gcd ge geq geqq geqslant gets gg ggg "
    "gggtr gimel gnapprox gneq gneqq gnsim gt gtrapprox gtrdot gtreqless gtreqqless gtrless gtrsim "
    "gvertneqq hArr harr hbar hearts heartsuit hom hookleftarrow hookrightarrow hslash huge iff iiint "
    "iint image imageof imath impliedby implies in inf infin infty injlim int intercal intop iota isin it "
    "jmath kappa ker lArr lBrace lVert lambda land lang langle large larr lbrace lbrack lceil ldotp ldots "
    "le leadsto leftarrow leftarrowtail leftharpoondown leftharpoonup leftleftarrows leftrightarrow "
    "leftrightarrows leftrightharpoons leftrightsquigarrow leftthreetimes leq leqq leqslant lessapprox "
    "lessdot lesseqgtr lesseqqgtr lessgtr lesssim lfloor lg lgroup lhd lim liminf limsup ll llbracket "
    "llcorner lll llless lmoustache ln lnapprox lneq lneqq lnot lnsim log longleftarrow "
    "longleftrightarrow longmapsto longrightarrow looparrowleft looparrowright lor lozenge lparen lq "
    "lrArr lrarr lrcorner lt ltimes lvert lvertneqq maltese mapsto mathellipsis mathsterling mathstrut "
    "max measuredangle medspace mho mid min minuscolon minuscoloncolon models mp mu multimap nLeftarrow "
    "nLeftrightarrow nRightarrow nVDash nVdash nabla natnums natural ncong ne nearrow neg negmedspace "
    "negthickspace negthinspace neq newline nexists ngeq ngeqq ngeqslant ngtr ni nleftarrow "
    "nleftrightarrow nleq nleqq nleqslant nless nmid nobreak nobreakspace nonumber normalsize not notag "
    "notin notni nparallel nprec npreceq nrightarrow nshortmid nshortparallel nsim nsubseteq nsubseteqq "
    "nsucc nsucceq nsupseteq nsupseteqq ntriangleleft ntrianglelefteq ntriangleright ntrianglerighteq nu "
    "nvDash nvdash nwarrow odot oiiint oiint oint omega omicron ominus oplus origof oslash otimes owns "
    "parallel partial perp phi pi pitchfork plim plusmn pm pounds prec precapprox preccurlyeq preceq "
    "precnapprox precneqq precnsim precsim prime prod projlim propto psi qquad quad rArr rBrace rVert "
    "rang rangle rarr ratio rbrace rbrack rceil real reals restriction rfloor rgroup rhd rho rightarrow "
    "rightarrowtail rightharpoondown rightharpoonup rightleftarrows rightleftharpoons rightrightarrows "
    "rightsquigarrow rightthreetimes risingdotseq rm rmoustache rparen rq rrbracket rtimes rvert "
    "scriptscriptstyle scriptsize scriptstyle sdot searrow sec sect setminus sf sh sharp shortmid "
    "shortparallel sigma sim simcolon simcoloncolon simeq sin sinh small smallfrown smallint "
    "smallsetminus smallsmile smile space spades spadesuit sphericalangle sqcap sqcup sqsubset sqsubseteq "
    "sqsupset sqsupseteq square star sub sube subset subseteq subseteqq subsetneq subsetneqq succ "
    "succapprox succcurlyeq succeq succnapprox succneqq succnsim succsim sum sup supe supset supseteq "
    "supseteqq supsetneq supsetneqq surd swarrow tan tanh tau textcopyright textregistered textstyle tg "
    "th therefore theta thetasym thickapprox thicksim thickspace thinspace times tiny to top triangle "
    "triangledown triangleleft trianglelefteq triangleq triangleright trianglerighteq tt twoheadleftarrow "
    "twoheadrightarrow uArr uarr ulcorner unlhd unrhd uparrow updownarrow upharpoonleft upharpoonright "
    "uplus upsilon upuparrows urcorner vDash varDelta varGamma varLambda varOmega varPhi varPi varPsi "
    "varSigma varTheta varUpsilon varXi varepsilon varinjlim varkappa varliminf varlimsup varnothing "
    "varphi varpi varprojlim varpropto varrho varsigma varsubsetneq varsubsetneqq varsupsetneq "
    "varsupsetneqq vartheta vartriangle vartriangleleft vartriangleright vcentcolon vdash vdots vee "
    "veebar vert wedge weierp wp wr xi yen zeta"
)
WITHOUT_ARGUMENT: Final = frozenset(_WITHOUT_ARGUMENT_NAMES.split())
"""Commands that stand alone."""

_ONE_ARGUMENT_NAMES: Final = (
    "Bbb Bra Braket H Ket Overrightarrow Set acute angl bar bcancel blue blueA blueB blueC blueD blueE bm "
    "bold boldsymbol boxed bra braket breve c cancel check clap color ddddot dddot ddot dot emph fbox "
    "frak goldA goldB goldC goldD goldE grave gray grayA grayB grayC grayD grayE grayF grayG grayH grayI "
    "green greenA greenB greenC greenD greenE hat hbox hphantom includegraphics kaBlue kaGreen ket llap "
    "maroonA maroonB maroonC maroonD maroonE mathbb mathbf mathbin mathcal mathclap mathclose mathfrak "
    "mathinner mathit mathllap mathnormal mathop mathopen mathord mathpunct mathrel mathring mathrlap "
    "mathrm mathscr mathsf mathsfit mathtt mintA mintB mintC mod operatorname operatornamewithlimits "
    "orange overbrace overbracket overgroup overleftarrow overleftharpoon overleftrightarrow overline "
    "overlinesegment overrightarrow overrightharpoon phantom phase pink pmb pmod pod purple purpleA "
    "purpleB purpleC purpleD purpleE r red redA redB redC redD redE rlap set smash sout sqrt substack tag "
    "tealA tealB tealC tealD tealE text textbf textcircled textit textmd textnormal textrm textsf texttt "
    "textup tilde u underbar underbrace underbracket undergroup underleftarrow underleftrightarrow "
    "underline underlinesegment underrightarrow url utilde v vcenter vec vphantom widecheck widehat "
    "widetilde xLeftarrow xLeftrightarrow xRightarrow xcancel xhookleftarrow xhookrightarrow xleftarrow "
    "xleftequilibrium xleftharpoondown xleftharpoonup xleftrightarrow xleftrightharpoons xlongequal "
    "xmapsto xrightarrow xrightequilibrium xrightharpoondown xrightharpoonup xrightleftarrows "
    "xrightleftharpoons xtofrom xtwoheadleftarrow xtwoheadrightarrow"
)
ONE_ARGUMENT: Final = frozenset(_ONE_ARGUMENT_NAMES.split())

_TWO_ARGUMENTS_NAMES: Final = (
    "binom cfrac colorbox dbinom dfrac frac href htmlClass htmlId htmlStyle overset providecommand "
    "renewcommand stackrel tbinom textcolor tfrac underset"
)
TWO_ARGUMENTS: Final = frozenset(_TWO_ARGUMENTS_NAMES.split())

_TEXT_ARGUMENT_NAMES: Final = (
    "angl clap colorbox emph fbox fcolorbox hbox llap raisebox rlap tag text textbf textit textmd "
    "textnormal textrm textsf texttt textup underbar"
)
TEXT_ARGUMENT: Final = frozenset(_TEXT_ARGUMENT_NAMES.split())
"""Their last argument is text: no scripts, no commands of mathematics, formulas between ``$``."""

_WITHIN_TEXT_NAMES: Final = (
    "AA AE Huge KaTeX LARGE LaTeX Large O OE P S TeX aa ae bf cal checkmark circledR copyright dag ddag "
    "degree displaystyle dots dotsc dotso dotsx enskip enspace footnotesize huge i it j large lbrack "
    "ldots lq maltese mathstrut medspace negmedspace negthickspace negthinspace newline nobreakspace "
    "nonumber normalsize notag o oe pounds qquad quad rbrack rm rq scriptscriptstyle scriptsize "
    "scriptstyle sect sf small space ss textasciicircum textasciitilde textbackslash textbar textbardbl "
    "textbraceleft textbraceright textcopyright textdagger textdaggerdbl textdegree textdollar "
    "textellipsis textemdash textendash textgreater textless textquotedblleft textquotedblright "
    "textquoteleft textquoteright textregistered textsterling textstyle textunderscore thickspace "
    "thinspace tiny tt vdots yen H blue blueA blueB blueC blueD blueE boxed c clap color colorbox emph "
    "fbox goldA goldB goldC goldD goldE gray grayA grayB grayC grayD grayE grayF grayG grayH grayI green "
    "greenA greenB greenC greenD greenE hbox hphantom href hskip hspace htmlClass htmlId htmlStyle kaBlue "
    "kaGreen kern llap maroonA maroonB maroonC maroonD maroonE mathclap mathllap mathrlap mintA mintB "
    "mintC mkern mskip orange phantom pink pmb providecommand purple purpleA purpleB purpleC purpleD "
    "purpleE r raisebox red redA redB redC redD redE renewcommand rlap rule set smash sout tag tealA "
    "tealB tealC tealD tealE text textbf textcircled textcolor textit textmd textnormal textrm textsf "
    "texttt textup u underbar underline url v vphantom"
)
WITHIN_TEXT: Final = frozenset(_WITHIN_TEXT_NAMES.split())
"""Commands of mathematics that may also stand in text."""

_TEXT_ONLY_NAMES: Final = (
    "AE O OE ae i j o oe ss textasciicircum textasciitilde textbackslash textbar textbardbl textbraceleft "
    "textbraceright textdagger textdaggerdbl textdegree textdollar textellipsis textemdash textendash "
    "textgreater textless textquotedblleft textquotedblright textquoteleft textquoteright textsterling "
    "textunderscore"
)
TEXT_ONLY: Final = frozenset(_TEXT_ONLY_NAMES.split())
"""Commands that may stand in text and nowhere else."""

_TAKES_LIMITS_NAMES: Final = (
    "Pr arccos arcctg arcsin arctan arctg arg argmax argmin bigcap bigcup bigodot bigoplus bigotimes "
    "bigsqcup biguplus bigvee bigwedge ch coprod cos cosec cosh cot cotg coth csc ctg cth deg det dim exp "
    "gcd hom iiint iint inf injlim int intop ker lg lim liminf limsup ln log mathop max min oiiint oiint "
    "oint operatorname operatornamewithlimits plim prod projlim sec sh sin sinh smallint sum sup tan tanh "
    "tg th varinjlim varliminf varlimsup varprojlim"
)
TAKES_LIMITS: Final = frozenset(_TAKES_LIMITS_NAMES.split())
"""Operators that ``\\limits`` may follow."""

_NO_SCRIPT_NAMES: Final = (
    "AA Bra Braket H Huge Ket LARGE Large Overrightarrow Pr Set aa acute angl approxcolon "
    "approxcoloncolon arccos arcctg arcsin arctan arctg arg argmax argmin atop bar bcancel bf bigcap "
    "bigcup bigodot bigoplus bigotimes bigsqcup biguplus bigvee bigwedge blue blueA blueB blueC blueD "
    "blueE bm bmod boldsymbol boxed bra brace brack braket breve c cal cancel ch check choose clap color "
    "colorbox coprod cos cosec cosh cot cotg coth csc ctg cth ddot deg det dim displaystyle dot dotsi "
    "enskip enspace exp fbox footnotesize gcd goldA goldB goldC goldD goldE grave gray grayA grayB grayC "
    "grayD grayE grayF grayG grayH grayI green greenA greenB greenC greenD greenE hat hbox hom hphantom "
    "href huge iff impliedby implies includegraphics inf injlim intop it kaBlue kaGreen ker ket large lg "
    "lim liminf limsup llap ln log maroonA maroonB maroonC maroonD maroonE mathbin mathclap mathclose "
    "mathinner mathllap mathop mathopen mathord mathpunct mathrel mathring mathrlap mathstrut max "
    "medspace min mintA mintB mintC negmedspace negthickspace negthinspace newline nonumber normalsize "
    "notag operatorname operatornamewithlimits orange over overbrace overbracket overgroup overleftarrow "
    "overleftharpoon overleftrightarrow overline overlinesegment overrightarrow overrightharpoon overset "
    "phantom phase pink plim pmb prod projlim purple purpleA purpleB purpleC purpleD purpleE qquad quad r "
    "ratio red redA redB redC redD redE rlap rm rq scriptscriptstyle scriptsize scriptstyle sec sf sh "
    "simcolon simcoloncolon sin sinh small smallint smash sout sqrt stackrel substack sum sup tag tan "
    "tanh tealA tealB tealC tealD tealE textcircled textcolor textstyle tg th thickspace thinspace tilde "
    "tiny tt u underbar underbrace underbracket undergroup underleftarrow underleftrightarrow underline "
    "underlinesegment underrightarrow underset url utilde v varinjlim varliminf varlimsup varprojlim "
    "vcentcolon vcenter vec vphantom widecheck widehat widetilde xLeftarrow xLeftrightarrow xRightarrow "
    "xcancel xhookleftarrow xhookrightarrow xleftarrow xleftequilibrium xleftharpoondown xleftharpoonup "
    "xleftrightarrow xleftrightharpoons xlongequal xmapsto xrightarrow xrightequilibrium "
    "xrightharpoondown xrightharpoonup xrightleftarrows xrightleftharpoons xtofrom xtwoheadleftarrow "
    "xtwoheadrightarrow"
)
NO_SCRIPT: Final = frozenset(_NO_SCRIPT_NAMES.split())
"""Commands that need braces around them to be a script: ``x^{\\hat a}``."""

_BARE_COMMAND_ARGUMENT_NAMES: Final = (
    "H c includegraphics mathbin mathclose mathinner mathop mathopen mathord mathpunct mathrel mod pmod "
    "pod r sqrt textcircled u url v"
)
BARE_COMMAND_ARGUMENT: Final = frozenset(_BARE_COMMAND_ARGUMENT_NAMES.split())
"""Commands whose argument may be a command with arguments of its own, without braces."""

_OPTIONAL_ARGUMENT_NAMES: Final = (
    "includegraphics smash sqrt xLeftarrow xLeftrightarrow xRightarrow xhookleftarrow xhookrightarrow "
    "xleftarrow xleftequilibrium xleftharpoondown xleftharpoonup xleftrightarrow xleftrightharpoons "
    "xlongequal xmapsto xrightarrow xrightequilibrium xrightharpoondown xrightharpoonup xrightleftarrows "
    "xrightleftharpoons xtofrom xtwoheadleftarrow xtwoheadrightarrow"
)
OPTIONAL_ARGUMENT: Final = frozenset(_OPTIONAL_ARGUMENT_NAMES.split())

_ENVIRONMENTS_NAMES: Final = (
    "Bmatrix Bmatrix* CD Vmatrix Vmatrix* align align* alignat alignat* aligned alignedat array bmatrix "
    "bmatrix* cases darray dcases drcases equation equation* gather gather* gathered matrix matrix* "
    "pmatrix pmatrix* rcases smallmatrix split subarray vmatrix vmatrix*"
)
ENVIRONMENTS: Final = frozenset(_ENVIRONMENTS_NAMES.split())

_DISPLAYED_ENVIRONMENTS_NAMES: Final = (
    "CD align align* alignat alignat* equation equation* gather gather* split"
)
DISPLAYED_ENVIRONMENTS: Final = frozenset(_DISPLAYED_ENVIRONMENTS_NAMES.split())
"""Environments that may not stand in a formula within a line."""

_DELIMITER_NAMES: Final = (
    "( ) [ ] / | . < > \\{ \\} \\| \\lbrace \\rbrace \\lbrack \\rbrack \\langle \\rangle \\lt \\gt \\lvert "
    "\\rvert \\lVert \\rVert \\vert \\Vert \\lceil \\rceil \\lfloor \\rfloor \\lgroup \\rgroup \\lmoustache "
    "\\rmoustache \\lparen \\rparen \\backslash \\uparrow \\downarrow \\updownarrow \\Uparrow \\Downarrow "
    "\\Updownarrow \\ulcorner \\urcorner \\llcorner \\lrcorner ⟨ ⟩ ∣ ∥ ⌈ ⌉ ⌊ ⌋ ↑ ↓ ↕ ⇑ ⇓ ⇕ ⟮ ⟯ ⎰ ⎱ ┌ ┐ └ ┘"
)
DELIMITERS: Final = frozenset(_DELIMITER_NAMES.split())
"""What may stand behind ``\\left``, ``\\right`` and ``\\big``."""
SIZED: Final = frozenset(
    f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
)
INFIX: Final = frozenset({"over", "atop", "choose", "brace", "brack", "above"})
SYMBOL_COMMANDS: Final = frozenset(" !#$%&,:;>\\_{}|")
ACCENTS_BY_SIGN: Final = frozenset("\"'.=^`~")
LENGTH: Final = re.compile(
    r"\s*[-+]?\s*(?:\d+(?:\.\d*)?|\.\d+)\s*(?:pt|mm|cm|in|bp|pc|dd|cc|nd|nc|sp|px|ex|em|mu)\s*"
)
COLOR: Final = re.compile(r"\s*(?:#?[0-9a-fA-F]{3,8}|[a-zA-Z]+)\s*")
COLUMNS: Final = re.compile(r"[\slcr|:]*")
LENGTH_ARGUMENTS: Final = {
    "hspace": 1,
    "hspace*": 1,
    "kern": 1,
    "mkern": 1,
    "hskip": 1,
    "mskip": 1,
    "rule": 2,
}
RAW_ARGUMENTS: Final = {
    "url": 1, "includegraphics": 1, "ce": 1, "pu": 1, "htmlClass": 1, "htmlId": 1, "htmlStyle": 1,
    "htmlData": 1, "href": 1,
}  # fmt: skip
HAS_COLUMN_LAYOUT: Final = frozenset({"array", "darray", "subarray"})
HAS_COLUMN_COUNT: Final = frozenset({"alignat", "alignat*", "alignedat"})
NUMBERED: Final = frozenset({"align", "align*", "gather", "gather*", "alignat", "alignat*"})
DEFINITIONS: Final = frozenset({"newcommand", "renewcommand", "providecommand", "def", "gdef", "let"})
