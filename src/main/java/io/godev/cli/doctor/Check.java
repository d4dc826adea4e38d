package io.godev.cli.doctor;

import java.util.stream.Stream;

/** One thing that has to be right, judged by what was seen; a class is a check. */
interface Check {

  /** What it comes to; several findings where it is about several things. */
  Stream<Finding> check(Seen seen);
}
