from docassay.checks.metrics.order import longest_increase, passage_order

PASSAGES = [f"passage number {word} stands here by itself" for word in ("one", "two", "three", "four")]


def test_passages_in_their_order_are_all_in_order() -> None:
    assert passage_order(PASSAGES, "\n".join(PASSAGES)).share == 1.0


def test_a_moved_passage_is_out_of_order() -> None:
    assert passage_order(PASSAGES, "\n".join(PASSAGES[1:] + PASSAGES[:1])).share == 0.75
    assert passage_order(PASSAGES, "\n".join(PASSAGES[::-1])).share == 0.25


def test_leaving_passages_out_gains_nothing() -> None:
    agreement = passage_order(PASSAGES, PASSAGES[0])
    assert (agreement.passages, agreement.found, agreement.share) == (4, 1, 0.25)
    assert passage_order(PASSAGES, "").share == 0.0


def test_passages_that_nobody_can_tell_apart_are_not_counted() -> None:
    twice = ["the same words again", "the same words again", "two words", "a passage of its own"]
    agreement = passage_order(twice, "\n".join(twice))
    assert agreement.passages == 1
    assert agreement.share is None


def test_the_longest_increase_is_strict() -> None:
    assert longest_increase([3, 1, 2, 2, 5, 4]) == 3
    assert longest_increase([]) == 0
