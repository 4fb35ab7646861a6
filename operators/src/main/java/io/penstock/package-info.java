/**
 * Penstock: online training of deep surrogates as a streaming pipeline.
 *
 * <p>The path of a sample, in ten lines:
 *
 * <ol>
 *   <li>A {@code solver} computes a time step; it goes to the topic {@code solver-outputs} as Avro.
 *   <li>{@code sample}: the training job decodes and validates it; a bad one goes to {@code
 *       rejected-samples} with its reason.
 *   <li>{@code flink}: it is keyed by its shard, {@code (t + s mod P) mod P}; the only shuffle.
 *   <li>{@code training}: the shard drops it if its (simulation, step) was received before.
 *   <li>{@code reservoir}: one memcpy puts it into an off-heap slot, as an unseen sample.
 *   <li>{@code reservoir}: draws pick it, alone or many times, until it is evicted or drained.
 *   <li>{@code training}: one gather copies a batch into a staging buffer that the tensor aliases.
 *   <li>{@code surrogate}, {@code training}: forward, loss, backward, fused optimiser step.
 *   <li>{@code flink}: a checkpoint takes weights, moments, reservoir and offsets as one cut.
 *   <li>{@code flink}: when it completes, the model of that cut is published to {@code
 *       model-updates}.
 * </ol>
 *
 * <p>Rooms depend one way: {@code setting}, {@code sample}, {@code reservoir}, {@code solver}
 * (plain Java) ← {@code surrogate}, {@code training} (DJL) ← {@code flink}.
 */
@NullMarked
package io.penstock;

import org.jspecify.annotations.NullMarked;
