package io.godev.plan;

/** Folders of the pod. */
final class Paths {
  /** Volume with the source. */
  static final String WORKSPACE = "/workspace";

  /** Volume with Go's caches and the built program. */
  static final String CACHE = "/cache";

  /** Scratch volume of the runtime. */
  static final String RUNTIME = "/godev";

  static final String GODEVD = RUNTIME + "/godevd";
  static final String DELVE = RUNTIME + "/dlv";
  static final String CA_BUNDLE = RUNTIME + "/ca-certificates.crt";
  static final String HOME = "/home/godev";
  static final String TMP = "/tmp";
  static final String PROGRAM = CACHE + "/bin/program";

  /** Mounts of ConfigMaps and Secrets. */
  static final String FILES = "/etc/godev/files";

  static final String USER_CA = "/etc/godev/ca";
  static final String NETRC = "/etc/godev/netrc";

  static final String HOST = "/etc/godev/host";
  static final String GIT = "/etc/godev/git";
  static final String ARCHIVE = "/etc/godev/archive";

  /** What the operator tells the runtime while it runs, from the pod's annotations. */
  static final String REQUESTS = "/etc/godev/requests";

  /** The token by which the operator knows who reports. */
  static final String REPORT = "/etc/godev/report";

  private Paths() {}
}
