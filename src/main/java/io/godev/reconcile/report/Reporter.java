package io.godev.reconcile.report;

/**
 * The pod whose token a report came with.
 *
 * @param namespace of the pod
 * @param name of the pod
 * @param uid of the pod
 */
record Reporter(String namespace, String name, String uid) {}
