package io.godev.cli.common;

import io.fabric8.kubernetes.client.Config;

/**
 * Where the command speaks to, for messages.
 *
 * @param server address of the API server
 * @param context of the kubeconfig; empty without one
 */
record Connection(String server, String context) {
  // one command runs in a process, and its failure is explained after its objects are gone
  private static volatile Connection last = new Connection("", "");

  static Connection last() {
    return last;
  }

  static void to(Config config) {
    var context = config.getCurrentContext();
    last = new Connection(config.getMasterUrl(), context == null ? "" : context.getName());
  }

  @Override
  public String toString() {
    return context.isEmpty() ? server : server + " (context " + context + ")";
  }
}
