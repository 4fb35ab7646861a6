package io.penstock.study;

/** Texts of studies for tests. */
final class StudyTexts {
    /** A study with nothing but what is required, with our solver. */
    static final String MINIMAL =
            """
            study: small
            steps: 5
            time-step: 0.01
            parameters:
              - {name: initial, min: 100, max: 500}
              - {name: west, min: 100, max: 500}
              - {name: east, min: 100, max: 500}
              - {name: south, min: 100, max: 500}
              - {name: north, min: 100, max: 500}
            fields:
              - {name: temperature, shape: [8, 8], min: 100, max: 500}
            ensemble:
              solver: {kind: heat2d, grid: [8, 8]}
              simulations: 10
            """;

    /** A study whose samples come from elsewhere. */
    static final String EXTERNAL =
            """
            study: external
            steps: 5
            time-step: 0.5
            parameters: []
            fields:
              - {name: u, shape: [3], min: 0, max: 1}
            """;

    private StudyTexts() {}
}
