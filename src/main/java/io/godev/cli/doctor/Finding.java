package io.godev.cli.doctor;

/**
 * What a check found.
 *
 * @param check its name, which stays the same from release to release
 * @param seen what is there, as a sentence
 * @param remedy what to do; empty where nothing has to be done
 */
record Finding(String check, Verdict verdict, String seen, String remedy) {

  static Finding ok(String check, String seen) {
    return new Finding(check, Verdict.OK, seen, "");
  }

  static Finding warn(String check, String seen, String remedy) {
    return new Finding(check, Verdict.WARN, seen, remedy);
  }

  static Finding fail(String check, String seen, String remedy) {
    return new Finding(check, Verdict.FAIL, seen, remedy);
  }

  /** What could not be looked at. */
  static Finding unknown(String check, String why) {
    return warn(
        check,
        "not known: " + why,
        "environments may work all the same; ask who runs the cluster to run \"godev doctor\" too");
  }
}
