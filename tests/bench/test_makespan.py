from tests.bench.makespan import Exchange, critical_path


def test_the_critical_path_is_the_registration_and_its_slowest_follower():
    exchanges = [
        Exchange("registration", 0.0, 0.2),
        Exchange("registration", 0.5, 0.7),
        Exchange("tax", 0.8, 1.0),
        Exchange("seal", 0.8, 1.0),
        Exchange("seal", 1.1, 1.4),
    ]
    assert round(critical_path(exchanges), 6) == 0.9


def test_what_a_follower_does_before_the_registration_is_done_delays_nobody():
    exchanges = [
        Exchange("social_insurance", 0.0, 5.0),
        Exchange("registration", 0.0, 0.2),
        Exchange("social_insurance", 5.1, 5.2),
    ]
    assert round(critical_path(exchanges), 6) == 0.3
