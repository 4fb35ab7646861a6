package io.penstock.study;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonSubTypes.Type;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.penstock.solver.Advection1dSpec;
import io.penstock.solver.CombinedEquation1dSpec;
import io.penstock.solver.ExternalSolverSpec;
import io.penstock.solver.GrayScott2dSpec;
import io.penstock.solver.Heat2dSpec;
import io.penstock.solver.LorenzSpec;
import io.penstock.solver.NavierStokes2dSpec;
import io.penstock.solver.SolverSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The solvers a study file can name: {@code ensemble.solver.kind} says which record it is. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @Type(value = Heat2dSpec.class, name = "heat2d"),
    @Type(value = LorenzSpec.class, name = "lorenz"),
    @Type(value = Advection1dSpec.class, name = "advection1d"),
    @Type(value = CombinedEquation1dSpec.class, name = "combined1d"),
    @Type(value = GrayScott2dSpec.class, name = "gray-scott2d"),
    @Type(value = NavierStokes2dSpec.class, name = "navier-stokes2d"),
    @Type(value = ExternalSolverSpec.class, name = SolverKinds.EXTERNAL)
})
interface SolverKinds {
    /** Any program. */
    String EXTERNAL = "external";

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

    /**
     * Gives a solver what the study says of it elsewhere: ours the time step, an external one what
     * it takes and gives.
     *
     * @param folder what paths are relative to
     */
    static void complete(ObjectNode study, Path folder) {
        if (!(study.path("ensemble").path("solver") instanceof ObjectNode solver)) {
            return;
        }
        if (!solver.path("kind").asText().equals(EXTERNAL)) {
            solver.set("time-step", study.get("time-step"));
            return;
        }
        solver.put("folder", folder.resolve(solver.path("folder").asText()).toString());
        ArrayNode parameters = solver.putArray("parameters");
        study.path("parameters").forEach(each -> parameters.add(each.get("name")));
        ArrayNode fields = solver.putArray("fields");
        for (JsonNode each : study.path("fields")) {
            ObjectNode field = fields.addObject();
            field.set("name", each.get("name"));
            field.set("shape", each.get("shape"));
        }
    }
}
