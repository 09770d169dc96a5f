"""Pages with known text in four languages: prose, small print in two columns, and tables."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Final

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

SENTENCES: Final = {
    "eng": (
        "The committee heard {n} objections and dismissed all but three of them.",
        "Payment of € {n}.50 is due within thirty days; late payment bears interest at {p} %.",
        "Neither party shall assign this agreement without the other's prior written consent.",
        "Wheat yields fell by {p} per cent, although rainfall in June was close to normal.",
        "See section {p}(b) for the exceptions that apply to vessels under {n} tonnes.",
        "“We have known about this crack since 19{p},” the inspector told the local paper.",
        "Quick, oblique judgements are exactly what the jury was warned against.",
    ),
    "deu": (
        "Die Prüfung der Anlage dauerte {n} Stunden und blieb ohne Beanstandung.",
        "Gemäß § {p} Absatz 2 beträgt die Gebühr {n},50 € für jede angefangene Stunde.",
        "Über die Größe des Grundstücks äußerten sich die Eigentümer zunächst widersprüchlich.",
        "Für Schäden durch höhere Gewalt übernimmt die Gesellschaft keine Haftung.",
        "Der Ausschuss empfiehlt, die Straße zwischen Würzburg und Füssen früher zu öffnen.",
        "„Das müssen wir bis März {p} klären“, sagte die Geschäftsführerin.",
    ),
    "fra": (
        "L’assemblée générale s’est réunie le {p} février à l’hôtel de ville.",
        "Le montant dû s’élève à {n},50 € ; il est payable à réception de la facture.",
        "Où que vous alliez, gardez sur vous une pièce d’identité et ce reçu signé.",
        "Les élèves ont reçu {p} % de leçons en plus grâce à la collègue remplaçante.",
        "Ça n’a guère changé depuis Noël : la forêt brûle, les pêcheurs s’inquiètent.",
        "« Nous l’avons déjà vérifié », répondit l’ingénieure au maître d’œuvre.",
    ),
    "spa": (
        "El señor Núñez recibió {n} cartas el año pasado y contestó a casi todas.",
        "¿Cuántos kilómetros quedan hasta León? Según el mapa, unos {p}.",
        "La factura n.º {n} vence a los treinta días; después se aplicará un {p} % de interés.",
        "También se examinó la situación económica de los pequeños agricultores.",
        "¡Qué lástima! El camión averió la línea eléctrica que abastecía a la región.",
        "Ningún órgano podrá modificar el régimen sin autorización pública previa.",
    ),
}
"""Sentences with the accents, quotes and signs of each language; ``{n}`` and ``{p}`` are figures."""

_WORDS: Final = {
    "eng": ("Depot", "Received", "Issued", "Balance", "Remark"),
    "deu": ("Lager", "Zugänge", "Abgänge", "Bestand", "Bemerkung"),
    "fra": ("Dépôt", "Reçu", "Délivré", "Solde", "Remarque"),
    "spa": ("Almacén", "Recibido", "Entregado", "Saldo", "Observación"),
}


def write_prose(path: Path, language: str, seed: int, *, size: float = 10.0, columns: int = 1) -> None:
    """One A4 page of paragraphs in ``language``, set at ``size`` points in one or more columns."""
    random = Random(seed)
    font = random.choice(("Helvetica", "Times-Roman"))
    body = ParagraphStyle("body", fontName=font, fontSize=size, leading=size * 1.25, spaceAfter=size * 0.7)
    head = ParagraphStyle(
        "head", fontName=f"{font.split('-')[0]}-Bold", fontSize=size * 1.5, leading=size * 2
    )
    room = 0.9 * 235 * mm * 168 * mm / (size * 1.25) / (size * 0.5)
    story: list[Flowable] = [Paragraph(_sentence(random, language)[:40], head)]
    used = 0
    while used < 0.8 * room:
        text = " ".join(_sentence(random, language) for _ in range(random.randint(2, 5)))
        used += len(text) + 60
        story.append(Paragraph(text, body))
    _build(path, story, columns)


def write_table(path: Path, language: str, seed: int, *, is_ruled: bool) -> None:
    """One A4 page with two tables of 14 rows, with or without ruling lines, and a sentence between."""
    random = Random(seed)
    body = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=13)
    story: list[Flowable] = []
    for _ in range(2):
        rows = [_WORDS[language]]
        for number in range(1, 15):
            amounts = [f"{random.randint(0, 9)},{random.randint(100, 999)}" for _ in range(3)]
            remark = " ".join(_sentence(random, language).split()[:3])
            rows.append((f"{_WORDS[language][0]} {number}", *amounts, remark))
        commands = [("FONTSIZE", (0, 0), (-1, -1), 9), ("ALIGN", (1, 0), (3, -1), "RIGHT")]
        if is_ruled:
            commands.append(("GRID", (0, 0), (-1, -1), 0.6, colors.black))
        story += [Paragraph(_sentence(random, language), body), Spacer(1, 4 * mm)]
        story += [Table([list(row) for row in rows], style=TableStyle(commands)), Spacer(1, 8 * mm)]
    _build(path, story, 1)


def _sentence(random: Random, language: str) -> str:
    template = random.choice(SENTENCES[language])
    return template.format(n=random.randint(100, 999), p=random.randint(11, 99))


def _build(path: Path, story: list[Flowable], columns: int) -> None:
    width, height = A4
    margin, gutter = 21 * mm, 8 * mm
    each = (width - 2 * margin - (columns - 1) * gutter) / columns
    frames = [
        Frame(margin + number * (each + gutter), 25 * mm, each, height - 50 * mm, 0, 0, 0, 0)
        for number in range(columns)
    ]
    document = BaseDocTemplate(str(path), pagesize=A4, invariant=1)
    document.addPageTemplates(PageTemplate("page", frames))
    document.build(story)
