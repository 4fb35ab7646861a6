package io.penstock;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Exchanger;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rooms and what they may know: plain Java ← DJL ← Flink; no threads and no locks, since the
 * concurrency of an operator is Flink's mailbox.
 */
@AnalyzeClasses(packages = "io.penstock", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String[] PLAIN = {
        "io.penstock.setting..",
        "io.penstock.sample..",
        "io.penstock.reservoir..",
        "io.penstock.solver.."
    };
    private static final String[] LEARNING = {"io.penstock.surrogate..", "io.penstock.training.."};
    private static final String[] STREAMING = {"org.apache.flink..", "org.apache.kafka.."};

    private static final DescribedPredicate<JavaClass> THREADS_AND_LOCKS =
            assignableTo(Thread.class)
                    .or(assignableTo(ThreadGroup.class))
                    .or(assignableTo(Timer.class))
                    .or(assignableTo(Executor.class).and(resideInAPackage("java..")))
                    .or(assignableTo(Executors.class))
                    .or(resideInAPackage("java.util.concurrent.locks"))
                    .or(
                            belongToAnyOf(
                                    CountDownLatch.class,
                                    CyclicBarrier.class,
                                    Exchanger.class,
                                    Phaser.class,
                                    Semaphore.class))
                    .as("threads, executors or locks");

    private static final DescribedPredicate<JavaMethodCall> WAITING_OR_FORKING =
            describe(
                    "of Object.wait or notify, TimeUnit.sleep, or CompletableFuture's other threads",
                    call -> {
                        String name = call.getTarget().getName();
                        JavaClass owner = call.getTargetOwner();
                        return (owner.isEquivalentTo(Object.class)
                                        && (name.equals("wait") || name.startsWith("notify")))
                                || (owner.isEquivalentTo(TimeUnit.class) && name.equals("sleep"))
                                || (owner.isAssignableTo(CompletableFuture.class)
                                        && name.endsWith("Async"));
                    });

    @ArchTest
    static final ArchRule plainRoomsKnowNeitherDjlNorFlinkNorKafka =
            noClasses()
                    .that()
                    .resideInAnyPackage(PLAIN)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("ai.djl..")
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAnyPackage(STREAMING);

    @ArchTest
    static final ArchRule learningRoomsKnowNeitherFlinkNorKafka =
            noClasses()
                    .that()
                    .resideInAnyPackage(LEARNING)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(STREAMING);

    @ArchTest
    static final ArchRule roomsDependInOneDirection =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("schemas")
                    .definedBy("io.penstock.schemas..")
                    .layer("setting")
                    .definedBy("io.penstock.setting..")
                    .layer("sample")
                    .definedBy("io.penstock.sample..")
                    .layer("reservoir")
                    .definedBy("io.penstock.reservoir..")
                    .layer("solver")
                    .definedBy("io.penstock.solver..")
                    .layer("surrogate")
                    .definedBy("io.penstock.surrogate..")
                    .layer("training")
                    .definedBy("io.penstock.training..")
                    .layer("kafka")
                    .definedBy("io.penstock.kafka..")
                    .layer("serving")
                    .definedBy("io.penstock.serving..")
                    .layer("flink")
                    .definedBy("io.penstock.flink..")
                    .whereLayer("schemas")
                    .mayNotAccessAnyLayer()
                    .whereLayer("setting")
                    .mayNotAccessAnyLayer()
                    .whereLayer("sample")
                    .mayOnlyAccessLayers("setting", "schemas")
                    .whereLayer("reservoir")
                    .mayOnlyAccessLayers("setting", "sample")
                    .whereLayer("solver")
                    .mayOnlyAccessLayers("setting", "schemas", "sample")
                    .whereLayer("surrogate")
                    .mayOnlyAccessLayers("setting", "sample")
                    .whereLayer("training")
                    .mayOnlyAccessLayers("setting", "schemas", "sample", "reservoir", "surrogate")
                    .whereLayer("kafka")
                    .mayOnlyAccessLayers("setting")
                    .whereLayer("serving")
                    .mayOnlyAccessLayers("setting", "schemas", "sample", "surrogate", "kafka")
                    .whereLayer("flink")
                    .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule roomsHaveNoCycles =
            slices().matching("io.penstock.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noThreadsExecutorsOrLocks =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.penstock.schemas..")
                    // Hands work to the pool that Flink keeps for a task, and nothing else does.
                    .and()
                    .haveNameNotMatching("io\\.penstock\\.flink\\.Aside(\\$.*)?")
                    .should()
                    .dependOnClassesThat(THREADS_AND_LOCKS)
                    .orShould()
                    .callMethodWhere(WAITING_OR_FORKING)
                    .because("the concurrency of an operator is Flink's mailbox");

    @ArchTest
    static final ArchRule noSynchronizedMethods =
            noMethods()
                    .that()
                    .areDeclaredInClassesThat()
                    .resideOutsideOfPackage("io.penstock.schemas..")
                    .should()
                    .haveModifier(JavaModifier.SYNCHRONIZED);

    /** Blocks leave no trace that ArchUnit sees. */
    @Test
    void noSynchronizedBlocks() throws IOException {
        Pattern block = Pattern.compile("\\bsynchronized\\s*\\(");
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            List<Path> java = sources.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(java).isNotEmpty();
            assertThat(java.stream().filter(file -> block.matcher(read(file)).find())).isEmpty();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
