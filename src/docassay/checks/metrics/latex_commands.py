r"""What LaTeX commands show: the character of a symbol, which arguments are text and which are layout."""

from __future__ import annotations

from typing import Final

_GREEK_NAMES: Final = (
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda mu nu "
    "xi omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta "
    "Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
_PAIRS: Final = (
    "pm=± mp=∓ times=× div=÷ cdot=· ast=* star=⋆ circ=∘ bullet=• oplus=⊕ ominus=⊖ otimes=⊗ oslash=⊘ "
    "odot=⊙ dagger=† ddagger=‡ dag=† ddag=‡ amalg=⨿ cap=∩ cup=∪ uplus=⊎ sqcap=⊓ sqcup=⊔ vee=∨ lor=∨ "
    "wedge=∧ land=∧ setminus=\\ smallsetminus=\\ backslash=\\ wr=≀ diamond=⋄ bigtriangleup=△ "
    "bigtriangledown=▽ triangle=△ triangleleft=◃ triangleright=▹ lhd=⊲ rhd=⊳ leq=≤ le=≤ leqslant=≤ "
    "leqq=≤ geq=≥ ge=≥ geqslant=≥ geqq=≥ ll=≪ gg=≫ prec=≺ succ=≻ preceq=⪯ succeq=⪰ sim=~ simeq=≃ "
    "approx=≈ cong=≅ equiv=≡ doteq=≐ propto=∝ varpropto=∝ subset=⊂ supset=⊃ subseteq=⊆ supseteq=⊇ "
    "subsetneq=⊊ supsetneq=⊋ sqsubset=⊏ sqsupset=⊐ sqsubseteq=⊑ sqsupseteq=⊒ in=∈ ni=∋ notin=∉ "
    "vdash=⊢ dashv=⊣ models=⊨ vDash=⊨ Vdash=⊩ mid=| vert=| lvert=| rvert=| Vert=‖ lVert=‖ rVert=‖ "
    "parallel=‖ perp=⊥ bot=⊥ top=⊤ bowtie=⋈ asymp=≍ smile=⌣ frown=⌢ neq=≠ ne=≠ ncong=≆ nmid=∤ "
    "leftarrow=← gets=← rightarrow=→ to=→ leftrightarrow=↔ Leftarrow=⇐ Rightarrow=⇒ implies=⇒ "
    "Leftrightarrow=⇔ iff=⇔ longleftarrow=← longrightarrow=→ longleftrightarrow=↔ Longleftarrow=⇐ "
    "Longrightarrow=⇒ Longleftrightarrow=⇔ mapsto=↦ longmapsto=↦ hookleftarrow=↩ hookrightarrow=↪ "
    "uparrow=↑ downarrow=↓ updownarrow=↕ Uparrow=⇑ Downarrow=⇓ nearrow=↗ searrow=↘ swarrow=↙ "
    "nwarrow=↖ leadsto=⇝ rightsquigarrow=⇝ rightleftharpoons=⇌ leftrightharpoons=⇋ "
    "rightleftarrows=⇄ leftrightarrows=⇆ "
    "rightharpoonup=⇀ rightharpoondown=⇁ leftharpoonup=↼ leftharpoondown=↽ twoheadrightarrow=↠ "
    "sum=∑ prod=∏ coprod=∐ int=∫ oint=∮ iint=∬ iiint=∭ bigcap=∩ bigcup=∪ bigsqcup=⊔ bigvee=∨ "
    "bigwedge=∧ bigoplus=⊕ bigotimes=⊗ bigodot=⊙ biguplus=⊎ surd=√ infty=∞ partial=∂ nabla=∇ "
    "forall=∀ exists=∃ nexists=∄ neg=¬ lnot=¬ emptyset=∅ varnothing=∅ aleph=ℵ beth=ℶ hbar=ħ hslash=ħ "
    "ell=ℓ wp=℘ Re=R Im=I imath=ı jmath=ȷ prime=′ angle=∠ measuredangle=∡ flat=♭ natural=♮ sharp=♯ "
    "clubsuit=♣ diamondsuit=♢ heartsuit=♡ spadesuit=♠ square=□ Box=□ blacksquare=■ lozenge=◊ "
    "checkmark=✓ cmark=✓ xmark=✗ therefore=∴ because=∵ ltimes=⋉ rtimes=⋊ langle=⟨ rangle=⟩ lceil=⌈ "
    "rceil=⌉ lfloor=⌊ rfloor=⌋ lbrace={ rbrace=} lbrack=[ rbrack=] lgroup=( rgroup=) colon=: "
    "ldots=... dots=... dotsc=... dotsb=... dotsm=... dotso=... cdots=... vdots=⋮ ddots=⋱ ldotp=. "
    "cdotp=· degree=° textdegree=° copyright=© textcopyright=© textregistered=® texttrademark=™ "
    "pounds=£ euro=€ texteuro=€ yen=¥ S=§ P=¶ And=& ss=ß ae=æ AE=Æ oe=œ OE=Œ o=ø O=Ø l=ł L=Ł aa=å "
    "AA=Å i=ı j=ȷ textendash=- textemdash=- textbullet=• textbar=| textless=< textgreater=> "
    "textbackslash=\\ textasciitilde=~ textasciicircum=^ textunderscore=_ textquoteleft=' "
    "textquoteright=' textquotedblleft=\" textquotedblright=\" lq=' rq=' textasteriskcentered=* "
    "textdagger=† textdaggerdbl=‡ textperiodcentered=· textmu=µ textpm=± texttimes=× eth=ð complement=∁ "
    "Bbbk=k digamma=ϝ gimel=ℷ daleth=ℸ mho=℧ eqcirc=≖ triangleq=≜ coloneqq=:= lesssim=≲ gtrsim=≳ "
    "lessgtr=≶ trianglelefteq=⊴ trianglerighteq=⊵ dotplus=∔ Cap=⋒ doublecap=⋒ Cup=⋓ doublecup=⋓ "
    "barwedge=⊼ veebar=⊻ doublebarwedge=⩞ boxminus=⊟ boxtimes=⊠ boxdot=⊡ boxplus=⊞ "
    "leftthreetimes=⋋ rightthreetimes=⋌ curlywedge=⋏ curlyvee=⋎ circleddash=⊝ circledast=⊛ "
    "circledcirc=⊚ centerdot=· divideontimes=⋇ intercal=⊺"
)

SYMBOLS: Final = {
    **dict(
        zip(
            _GREEK_NAMES.split(),
            "αβγδεεζηθθικκλμνξοπϖρρσςτυφφχψωΓΔΘΛΞΠΣΥΦΨΩ",
            strict=True,
        )
    ),
    **dict(pair.split("=", 1) for pair in _PAIRS.split(" ")),
}
r"""Command name (no backslash) to what it shows. Symbols that differ in style alone (``\leq``, ``\leqslant``;
``\epsilon``, ``\varepsilon``; long and short arrows; big and small operators) show one character."""

_LOOK_ALIKES: Final = (
    "·⋅∙‧ *∗ \\∖⧵ |∣ǀ ‖∥ ~∼˜ :∶ ≤⩽≦ ≥⩾≧ ⟨〈\u2329 ⟩〉\u232a →⟶ ←⟵ ↔⟷ ⇒⟹ ⇐⟸ ⇔⟺ ↦⟼ ∪⋃ ∩⋂ ⊕⨁ ⊗⨂ ⊙⨀ ∨⋁ ∧⋀ "
    "⊔⨆ ⊎⨄ εϵ θϑ φϕ ρϱ κϰ Δ∆ Ω\u2126 ħℏ ✓✔ ✗✘ ∅⌀ ⊥⟂ ∘◦ -−‐‑‒–—― '‘’‛`´ \"“”„«» ′ʹ ⋄◇"
)
"""Each group is folded to its first character."""
_WITHOUT_SHAPE: Final = "\xad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufe0e\ufe0f\ufeff"
FOLDED_CHARACTERS: Final = {
    **{ord(other): group[0] for group in _LOOK_ALIKES.split() for other in group[1:]},
    **dict.fromkeys(map(ord, "…⋯"), "..."),
    **dict.fromkeys(map(ord, _WITHOUT_SHAPE)),
}
"""Characters that look the same on paper, after NFKC."""

_FUNCTION_NAMES: Final = (
    "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup "
    "ln log max min Pr sec sin sinh sup tan tanh mod bmod pmod injlim projlim varlimsup varliminf"
)
FUNCTIONS: Final = frozenset(_FUNCTION_NAMES.split())
"""Functions that show their own name."""

ACCENTS: Final = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304",
    "overline": "\u0304", "vec": "\u20d7", "overrightarrow": "\u20d7", "dot": "\u0307", "ddot": "\u0308",
    "dddot": "\u20db", "acute": "\u0301", "grave": "\u0300", "breve": "\u0306", "check": "\u030c",
    "mathring": "\u030a", "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303",
    "=": "\u0304", ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328",
    "r": "\u030a", "d": "\u0323", "b": "\u0331", "t": "\u0361", "underline": "\u0332", "underbar": "\u0332",
    "underbrace": "\u23df", "overbrace": "\u23de",
}  # fmt: skip
"""Command to the combining mark over or under its argument."""

FRACTIONS: Final = frozenset({"frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"})
BINOMIALS: Final = frozenset({"binom", "dbinom", "tbinom"})
INFIX: Final = {"over": "frac", "choose": "binom", "atop": "atop", "brace": "atop", "brack": "atop"}
STACKS: Final = frozenset({"stackrel", "overset", "underset"})
"""``\\overset{over}{base}``."""
LABELLED_ARROWS: Final = {"xrightarrow": "→", "xleftarrow": "←", "xleftrightarrow": "↔", "xmapsto": "↦"}

_ONE_ARGUMENT: Final = (
    "hspace hspace* vspace vspace* phantom vphantom hphantom color cellcolor rowcolor columncolor "
    "definecolor tag tag* label cite citep citet citealp ref eqref footnote footnotemark footnotetext "
    "includegraphics vskip hskip kern mkern mspace setlength pagestyle fontsize raisetag bigstrut begin "
    "end hypertarget"
)
DROPPED: Final = {
    **dict.fromkeys(
        _ONE_ARGUMENT.split(),
        1,
    ),
    "rule": 2,
    "setcounter": 2,
    "fontsize": 2,
    "renewcommand": 2,
    "arraystretch": 0,
}
"""Commands whose mandatory arguments (so many) show nothing that could be compared."""

KEPT_LAST: Final = {
    "raisebox": 2, "rotatebox": 2, "resizebox": 3, "scalebox": 2, "adjustbox": 2, "textcolor": 2,
    "colorbox": 2, "href": 2, "parbox": 2, "makebox": 1, "framebox": 1, "multirow": 3, "multicolumn": 3,
    "fcolorbox": 3, "foreignlanguage": 2, "hyperlink": 2, "minipage": 1, "mathchoice": 4,
}  # fmt: skip
"""Commands that show only the last of so many mandatory arguments."""

_STYLE_NAMES: Final = (
    "mathbf mathrm mathit mathcal mathbb mathfrak mathscr mathsf mathtt mathnormal boldsymbol bm pmb text "
    "textbf textit textrm textsf texttt textsc textsl textup textmd textnormal textlf emph operatorname "
    "operatorname* mbox hbox vbox fbox boxed ensuremath displaystyle textstyle scriptstyle "
    "scriptscriptstyle limits nolimits left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl "
    "biggr Biggl Biggr bigm Bigm biggm Biggm mathop mathbin mathrel mathord mathopen mathclose mathpunct "
    "mathinner smash rm it bf sf tt sc sl cal frak Bbb em tiny scriptsize footnotesize small normalsize "
    "large Large LARGE huge Huge centering raggedright raggedleft quad qquad enspace enskip thinspace "
    "negthinspace medspace thickspace noindent strut mathstrut makecell thead shortstack textsuperscript "
    "textsubscript url nolinkurl num si SI protect relax hfill hfil vfill hline arraycolsep tabcolsep "
    "bfseries itshape mdseries rmfamily sffamily ttfamily upshape scshape slshape normalfont selectfont "
    "unboldmath boldmath newline linebreak allowbreak nobreak break mathsurround mathpalette substack "
    "sideset underbar nonumber notag par ce uppercase lowercase ulcorner displaylimits baselineskip "
    "smallskip medskip bigskip footnotesize rmdefault leavevmode xspace tabularnewline \\ , ; : ! > / @ - "
    "[ ] ( )"
)
STYLES: Final = frozenset(_STYLE_NAMES.split())
r"""Commands that change how their argument looks or where it stands, or that make room."""
