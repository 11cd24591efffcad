from kaiban.web.responses.mistakes import by_place


def test_all_that_is_wrong_at_a_place_is_told_there_in_order_and_once():
    told = [
        ("/name", "太长。"),
        ("/phone", "少一位。"),
        ("/name", "有空格。"),
        ("/name", "太长。"),
    ]
    assert by_place(told) == {"/name": "太长。\n有空格。", "/phone": "少一位。"}
