package io.penstock.training;

import io.penstock.schemas.ControlKind;

/**
 * A record of the log of controls, of the shard's study.
 *
 * @param id id of the control; what came of one carries the same
 * @param kind what is wanted, or what is said
 * @param learningRate the rate that is wanted; not a number unless one is
 * @param shard TAKEN: the shard that says so
 * @param batch TAKEN: training steps it has done before the control takes effect
 * @param offset where the record lies
 */
public record Control(
        String id, ControlKind kind, double learningRate, int shard, long batch, long offset) {}
