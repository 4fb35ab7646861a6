package io.penstock.reservoir;

/**
 * The samples that have left a reservoir.
 *
 * @param evicted to make room for another
 * @param drained by a draw
 * @param lost because they could not be read again
 * @param draws how often they had been drawn
 */
public record Departed(long evicted, long drained, long lost, DrawStatistics draws) {}
