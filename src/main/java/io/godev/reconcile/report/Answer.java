package io.godev.reconcile.report;

/**
 * What is answered to a report.
 *
 * @param code the HTTP status
 * @param body JSON for the runtime, or a sentence; empty for none
 */
record Answer(int code, String body) {
  static final Answer DONE = new Answer(204, "");
  static final Answer NOT_FOUND =
      new Answer(404, "there is no GoDevEnvironment with the pod of this token");
  static final Answer UNAUTHORIZED =
      new Answer(401, "a token of an environment's pod for the audience godev-operator is needed");
  static final Answer NOT_HERE =
      new Answer(403, "this operator may not ask whose a token is, and takes no reports in");
  static final Answer TOO_LARGE = new Answer(413, "a report has at most 16 KiB");
  static final Answer TOO_MANY = new Answer(429, "too many reports; the newest is enough");
  static final Answer BUSY = new Answer(503, "busy; the report is to be sent again");

  /** The report is no news: another one with that sequence, or a later one, was received. */
  static Answer outdated(long sequence) {
    return new Answer(409, "{\"sequence\":" + sequence + "}");
  }

  static Answer invalid(String why) {
    return new Answer(422, why);
  }
}
