"""Seeded words and figures of an invented water company: the same seed always tells the same story."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

PLACES: Final = (
    "Alderbrook", "Brindle Weir", "Carrow Lock", "Dunmore", "Eastling", "Farley Mill", "Gannet Point",
    "Harrow Bridge", "Inverley", "Juniper Hill", "Kelsey Moor", "Larkfield", "Marsh End", "Netherby",
    "Orchard Quay", "Pellow", "Quarry Bank", "Redmire", "Stonecross", "Thornwick",
)  # fmt: skip
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
PEOPLE: Final = (
    "Ada Brennan", "Tomas Lindqvist", "Priya Raman", "Owen Castell", "Mireille Dufour", "Jonas Achterberg",
    "Leila Haddad", "Samuel Okoro", "Ingrid Vollan", "Marco Benetti",
)  # fmt: skip
COMPANIES: Final = (
    "Northgate Valve Works", "Pellow & Daughters Ltd", "Tidewater Instruments", "Castell Pipe Supply",
    "Lindqvist Survey AB", "Redmire Aggregates", "Orchard Quay Marine", "Gannet Electrical Services",
)  # fmt: skip
GOODS: Final = (
    "Butterfly valve DN200", "Flow meter, ultrasonic", "Pressure gauge 0-16 bar", "Flange gasket set",
    "Submersible pump 4 kW", "Chlorine test reagent", "Cable gland M20", "Sludge removal, per hour",
    "Pipe survey, per km", "Manhole cover D400", "Level sensor, radar", "Non-return valve DN80",
)  # fmt: skip
STREETS: Final = ("Canal Street", "Mill Lane", "Station Road", "Harbour Walk", "Chapel Rise", "Foundry Yard")

_OPENINGS: Final = (
    "The pumping station at {place} ran for {hours} hours in {month}",
    "Crews from {place} inspected {count} valves during {month}",
    "Demand in the {place} district rose by {percent} percent",
    "The reservoir above {place} stood at {percent} percent of its capacity",
    "A survey of the {place} main found {count} joints in need of repair",
    "Leakage between {place} and {other} fell to {litres} litres per second",
    "Samples taken near {place} met the limit in {percent} percent of cases",
    "The new meter at {place} recorded {litres} litres per second at its peak",
)
_ENDINGS: Final = (
    "which is slightly above the plan agreed last autumn.",
    "and the work was closed without further cost.",
    "although two readings had to be repeated by hand.",
    "so the second phase can begin before winter.",
    "while the older pumps remained in reserve.",
    "and the residents were informed by letter.",
    "because the dry weather lasted longer than expected.",
    "with no interruption of supply to the lower town.",
)
_ASIDES: Final = (
    "The team recommends a follow-up visit after the first frost.",
    "Costs are charged to the maintenance budget of the region.",
    "Photographs of the site are kept with the inspection record.",
    "The figures were checked by a second engineer.",
    "No change to the operating licence is required.",
    "Spare parts were taken from the depot and reordered the same day.",
    "This explains most of the difference from the previous year.",
    "A short summary was sent to the regulator.",
)
_HEADINGS: Final = (
    "Supply and demand", "Condition of the network", "Pumping stations", "Water quality", "Leakage",
    "Safety and training", "Planned works", "Energy use", "Customer contacts", "Outlook",
)  # fmt: skip
_TASKS: Final = (
    "Replace the float switch at {place}",
    "Flush the dead end near {place}",
    "Calibrate {count} pressure sensors",
    "Send the {month} readings to the regulator",
    "Paint the handrails of the {place} footbridge",
    "Agree access with the owner of {place} farm",
)


@dataclass(frozen=True, slots=True)
class TableData:
    """A header row and body rows of cells as they are printed."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Writer:
    """Writes sentences, headings, lists and tables; every word follows from the seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._headings = list(_HEADINGS)
        self.random.shuffle(self._headings)

    def place(self) -> str:
        """An invented place."""
        return self.random.choice(PLACES)

    def month(self) -> str:
        """A month's English name."""
        return self.random.choice(MONTHS)

    def company(self) -> str:
        """An invented supplier."""
        return self.random.choice(COMPANIES)

    def person(self) -> str:
        """An invented person."""
        return self.random.choice(PEOPLE)

    def _fill(self, template: str) -> str:
        place, other = self.random.sample(PLACES, 2)
        return template.format(
            place=place,
            other=other,
            month=self.month(),
            hours=self.random.randint(110, 720),
            count=self.random.randint(3, 96),
            percent=self.random.randint(11, 98),
            litres=f"{self.random.randint(2, 60)}.{self.random.randint(0, 9)}",
        )

    def sentence(self) -> str:
        """One sentence with a figure in it, or a short remark."""
        if self.random.random() < 0.3:
            return self.random.choice(_ASIDES)
        return f"{self._fill(self.random.choice(_OPENINGS))}, {self.random.choice(_ENDINGS)}"

    def paragraph(self, sentences: int = 4) -> str:
        """That many sentences, none of them twice in a row."""
        chosen: list[str] = []
        while len(chosen) < sentences:
            sentence = self.sentence()
            if sentence not in chosen:
                chosen.append(sentence)
        return " ".join(chosen)

    def heading(self) -> str:
        """A section heading; the first ten are all different."""
        if not self._headings:
            self._headings = [f"Further notes on {heading.lower()}" for heading in _HEADINGS]
        return self._headings.pop()

    def tasks(self, count: int) -> list[str]:
        """List items: things to be done, none of them twice."""
        chosen: list[str] = []
        while len(chosen) < count:
            task = self._fill(self.random.choice(_TASKS))
            if task not in chosen:
                chosen.append(task)
        return chosen

    def table(self, rows: int = 8) -> TableData:
        """Stations with readings and costs, one row each, and a row of totals."""
        stations = [PLACES[i % len(PLACES)] + (f" {i // len(PLACES) + 1}" if i >= len(PLACES) else "")
                    for i in range(rows)]  # fmt: skip
        self.random.shuffle(stations)
        hours = [self.random.randint(120, 990) for _ in stations]
        cents = [self.random.randint(50_000, 995_000) for _ in stations]
        body = [
            (station, f"{hour}", f"{self.random.randint(10, 99)}.{self.random.randint(0, 9)}", money(cent))
            for station, hour, cent in zip(stations, hours, cents, strict=True)
        ]
        body.append(("Total", f"{sum(hours):,}", "", money(sum(cents))))
        title = f"Stations in {self.month()} {self.random.randint(2021, 2025)}"
        return TableData(title, ("Station", "Hours", "Litres per second", "Cost (EUR)"), tuple(body))


def money(cents: int) -> str:
    """Cents as an amount with thousands separators: ``123456`` becomes ``1,234.56``."""
    return f"{cents // 100:,}.{cents % 100:02d}"
