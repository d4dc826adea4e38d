package io.godev.resolve.advice;

import java.util.Optional;

/**
 * One thing that people are warned of. A rule is a class, and its name is the rule's.
 *
 * <p>Its words stay the same while nothing changes: they are in the status, which is written only
 * when it changes.
 */
public interface AdviceRule {

  /** Name of the rule, such as LittleMemory. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** What it says, and why. */
  About about();

  /** Whether it can speak only of an environment that is in a cluster. */
  default boolean needsTheCluster() {
    return true;
  }

  /** What it says here, if it speaks. */
  Optional<Advice> check(Situation situation);

  /** What the rule says each time. */
  default Advice advice() {
    var about = about();
    return new Advice(name(), about.severity(), about.field(), about.message(), about.remedy());
  }

  /** The same with what was seen this time. */
  default Advice advice(String detail) {
    var about = about();
    return new Advice(
        name(),
        about.severity(),
        about.field(),
        about.message() + " (" + detail + ")",
        about.remedy());
  }
}
