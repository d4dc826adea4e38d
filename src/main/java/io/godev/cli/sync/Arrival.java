package io.godev.cli.sync;

import java.time.Instant;

/**
 * What a first push brought.
 *
 * @param isNews whether the workspace was another before
 * @param placed when the last of it was in its place, by the clock of the node, which can be
 *     another than that of this machine; null where that is not known
 */
public record Arrival(boolean isNews, Instant placed) {}
