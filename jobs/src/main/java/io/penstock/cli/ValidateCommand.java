package io.penstock.cli;

import io.penstock.setting.InvalidSettingException;
import io.penstock.study.MachineMemory;
import io.penstock.study.MemoryNeed;
import io.penstock.study.StudyFile;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a study and says what it would do. */
@Command(
        name = "validate",
        description =
                "Checks a study and prints what will run, the memory it needs on this machine, the"
                        + " size of its records and whether its runs can be repeated exactly."
                        + " Starts nothing.",
        footer = {"  penstock validate study.yaml", "  penstock validate heat2d-paper"})
public final class ValidateCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "STUDY", description = StudyArgument.DESCRIPTION)
    private String study = "";

    @Override
    public void run() {
        StudyFile file = StudyFile.find(study);
        MachineMemory machine = MachineMemory.here();
        Preflight.clientConfig(file, file.study());
        try {
            MemoryNeed.of(file.study()).check(file.study(), machine);
        } catch (InvalidSettingException e) {
            throw file.invalid(e);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(file.name() + " is a good study.");
        out.println();
        StudySummary.lines(file.study(), machine).forEach(out::println);
        out.flush();
    }
}
