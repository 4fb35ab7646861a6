package io.penstock.cli;

import io.penstock.study.Study;

/** What runs a study once all that can be checked beforehand was found good. */
public interface StudyRunner {
    /**
     * Runs a study to its end.
     *
     * @param study what to run, with the overrides of the command line
     * @return 0 when the study ran, 1 when it did not
     * @throws Exception when it failed; the message is for the user
     */
    int run(Study study, RunOptions options) throws Exception;
}
