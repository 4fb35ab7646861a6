package io.penstock.study;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.solver.Heat2dSpec;
import io.penstock.solver.SolverSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The solvers a study file can name: {@code ensemble.solver.kind} says which record it is. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes(@Type(value = Heat2dSpec.class, name = "heat2d"))
interface SolverKinds {
    /** Their names, as they stand in a study file. */
    static List<String> names() {
        return types().stream().map(Type::name).toList();
    }

    /** Name of a solver's kind. */
    static String name(SolverSpec solver) {
        return types().stream()
                .filter(type -> type.value() == solver.getClass())
                .map(Type::name)
                .findFirst()
                .orElse(solver.getClass().getSimpleName().toLowerCase(Locale.ROOT));
    }

    private static List<Type> types() {
        return Arrays.asList(SolverKinds.class.getAnnotation(JsonSubTypes.class).value());
    }

    /** Gives a solver what the study says of it elsewhere: the time step. */
    static void complete(ObjectNode study) {
        if (study.path("ensemble").path("solver") instanceof ObjectNode solver) {
            solver.set("time-step", study.get("time-step"));
        }
    }
}
