package io.godev.resolve.profile;

/**
 * A value outside of a limit.
 *
 * @param field path of the field, such as {@code spec.run.ports[0].expose}
 * @param value what it is
 * @param asked whether the user asked for it, and not a default
 * @param bound what is allowed, such as {@code at most 4Gi}
 * @param within the value inside the limit that is next to it; null where there is none
 */
record Excess(String field, String value, boolean asked, String bound, Object within) {}
