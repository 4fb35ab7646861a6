package io.penstock.surrogate;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.penstock.setting.Check;
import io.penstock.setting.InvalidSettingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A TorchScript module that was loaded; it lives as long as the manager it was loaded with. */
final class TorchScriptModule {
    private final PtSymbolBlock module;
    private final List<NDArray> trained;
    private boolean isTraining;

    private TorchScriptModule(PtSymbolBlock module, List<NDArray> trained) {
        this.module = module;
        this.trained = trained;
        JniUtils.enableInferenceMode(module);
    }

    /**
     * @param manager of the device where it will run, wherever it was when it was written
     * @throws InvalidSettingException when it is not one, or its parameters cannot be trained
     */
    static TorchScriptModule load(NDManager manager, TorchScriptArchive archive) {
        try (InputStream in = archive.open()) {
            PtSymbolBlock module = JniUtils.loadModule((PtNDManager) manager, in, true, false);
            return new TorchScriptModule(module, trained(module, (PtNDManager) manager));
        } catch (EngineException | IOException e) {
            throw new InvalidSettingException(
                    TorchScriptSpec.MODULE,
                    "a file that cannot be loaded (" + reason(e) + ")",
                    "a TorchScript module as torch.jit.save writes it, of a PyTorch not too new");
        }
    }

    /**
     * The parameters that require a gradient, each once: what a module has under two names would
     * else be trained twice in each step.
     */
    private static List<NDArray> trained(PtSymbolBlock module, PtNDManager manager) {
        List<NDArray> trained = new ArrayList<>();
        for (NDArray parameter : JniUtils.moduleGetParams(module, manager)) {
            // No longer required under another name either, so that it is not found again.
            if (JniUtils.requiresGrad((PtNDArray) parameter)) {
                checkTrainable(parameter);
                JniUtils.attachGradient((PtNDArray) parameter, false);
                trained.add(parameter);
            } else {
                parameter.close();
            }
        }
        Check.that(
                !trained.isEmpty(),
                TorchScriptSpec.MODULE,
                "a module without parameters to train",
                "a module with parameters that require a gradient");
        trained.forEach(p -> JniUtils.attachGradient((PtNDArray) p, true));
        return List.copyOf(trained);
    }

    private static void checkTrainable(NDArray parameter) {
        boolean isFloat = parameter.getDataType() == DataType.FLOAT32 && parameter.size() > 0;
        Check.that(
                isFloat && isInOneRow(parameter),
                TorchScriptSpec.MODULE,
                "a module whose parameter "
                        + parameter.getName()
                        + (isFloat ? " is not contiguous" : " is " + describe(parameter)),
                "parameters of float32, of one value or more, and contiguous in memory");
    }

    /** Type and shape of a tensor, such as "float32 (3, 4)". */
    static String describe(NDArray tensor) {
        return tensor.getDataType().name().toLowerCase(Locale.ROOT) + " " + tensor.getShape();
    }

    /** The end of what TorchScript tells, where it says what went wrong. */
    static String reason(Exception e) {
        List<String> lines = String.valueOf(e.getMessage()).strip().lines().toList();
        return lines.stream()
                .filter(line -> line.matches("\\w*Error: .*"))
                .reduce((earlier, later) -> later)
                .orElse(lines.isEmpty() ? e.toString() : lines.get(0));
    }

    /** Whether its memory can be written as a buffer; else a buffer is of a copy. */
    private static boolean isInOneRow(NDArray tensor) {
        ByteBuffer one = tensor.toByteBuffer(true);
        int before = one.getInt(0);
        one.putInt(0, ~before);
        int seen = tensor.toByteBuffer(true).getInt(0);
        one.putInt(0, before);
        return seen == ~before;
    }

    /** The parameters that are trained, under their names; live tensors. */
    List<NDArray> trained() {
        return trained;
    }

    /** What forward returns; belongs to the manager of the inputs. */
    NDList forward(NDList inputs, boolean training) {
        if (training != isTraining) {
            mode(training);
        }
        // For this thread: without it the first calls take another way than later ones, so that a
        // restored training would give other bits than one that went on, and constants that a
        // prediction computed are found again in training, where they fail.
        JniUtils.setGraphExecutorOptimize(false);
        try {
            return IValueUtils.forward(module, inputs, training);
        } finally {
            JniUtils.setGraphExecutorOptimize(true);
        }
    }

    private void mode(boolean training) {
        if (training) {
            JniUtils.enableTrainingMode(module);
        } else {
            JniUtils.enableInferenceMode(module);
        }
        isTraining = training;
    }

    /** The module as it is now, for inference. */
    byte[] write() {
        mode(false);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JniUtils.writeModule(module, out, false);
        return out.toByteArray();
    }

    /** Sets all that is trained to zero. */
    void clear() {
        for (NDArray parameter : trained) {
            ByteBuffer values = parameter.toByteBuffer(true);
            while (values.hasRemaining()) {
                values.putInt(0);
            }
        }
    }
}
