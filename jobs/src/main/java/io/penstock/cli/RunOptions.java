package io.penstock.cli;

import io.penstock.run.Watching;
import io.penstock.study.StudyFile;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * How a study is run.
 *
 * @param source the file the study came from, before the overrides of the command line
 * @param flink {@code HOST:PORT} of a Flink cluster's REST endpoint; null for a cluster inside the
 *     process
 * @param watching how one may look at it while it goes on
 * @param out where progress and results are printed
 */
public record RunOptions(
        StudyFile source, @Nullable String flink, Watching watching, PrintWriter out) {}
