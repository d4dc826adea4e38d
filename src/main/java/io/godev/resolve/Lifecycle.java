package io.godev.resolve;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** When an environment has no pod although spec.mode is Running ({@code docs/adr/0012}). */
public final class Lifecycle {
  /** Annotation on a GoDevEnvironment: a new value ends a suspension by idleness. */
  public static final String RESUME_ANNOTATION = "godev.io/resume";

  /** Annotation on a GoDevEnvironment: {@code true}, or a time until which it is not suspended. */
  public static final String KEEP_AWAKE_ANNOTATION = "godev.io/keep-awake";

  private static final String OUR_ANNOTATIONS = "godev.io/";
  // a fleet's note for itself asks for nothing
  private static final String OF_FLEET = "godev.io/fleet-wrote";
  private static final Duration LONGEST_WARNING = Duration.ofDays(1);
  // of the lifetime of one that lives for less than four days
  private static final int WARNING_PART = 4;

  private Lifecycle() {}

  /**
   * The environment as it is to be at that time.
   *
   * <p>A suspension by idleness is in force once the status has it, and until somebody asks for
   * something: so an operator that ends between two writes goes on where it was.
   */
  public static ResolvedEnvironment at(
      ResolvedEnvironment resolved, GoDevEnvironment environment, Instant now) {
    if (resolved.isSuspended()) {
      return resolved;
    }
    var end = expiresAt(environment, resolved.spec());
    if (end.isPresent() && !now.isBefore(end.get())) {
      return resolved.with(Suspension.Expired);
    }
    return isRecordedIdle(environment) ? resolved.with(Suspension.Idle) : resolved;
  }

  private static boolean isRecordedIdle(GoDevEnvironment environment) {
    var activity = environment.getStatus() == null ? null : environment.getStatus().activity();
    return activity != null
        && activity.suspendedAt() != null
        && asked(environment).equals(activity.asked());
  }

  /** When the environment's time is over, if it ever is. */
  public static Optional<Instant> expiresAt(
      GoDevEnvironment environment, GoDevEnvironmentSpec spec) {
    var expiry = spec.expiry();
    if (expiry == null) {
      return Optional.empty();
    }
    return expiry.at() != null
        ? Optional.of(Instant.parse(expiry.at()))
        : created(environment).map(time -> time.plus(Duration.ofHours(expiry.afterHours())));
  }

  /** From when on that end is told of. */
  public static Instant warnsAt(GoDevEnvironment environment, Instant end) {
    var lead =
        created(environment)
            .map(time -> Duration.between(time, end).dividedBy(WARNING_PART))
            .filter(part -> part.compareTo(LONGEST_WARNING) < 0)
            .orElse(LONGEST_WARNING);
    return lead.isNegative() ? end : end.minus(lead);
  }

  // nothing where it is rendered without a cluster
  private static Optional<Instant> created(GoDevEnvironment environment) {
    return Optional.ofNullable(environment.getMetadata().getCreationTimestamp())
        .map(Instant::parse);
  }

  /**
   * All that somebody can ask of an environment, as one word: it is another one after a change of
   * the spec, or of an annotation of ours.
   */
  public static String asked(GoDevEnvironment environment) {
    Map<String, String> ours = new TreeMap<>();
    annotations(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(OUR_ANNOTATIONS) && !name.equals(OF_FLEET)) {
                ours.put(name, value);
              }
            });
    var text = environment.getMetadata().getGeneration() + " " + ours;
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** Until when idleness does not count: the earliest instant where nobody asked for it. */
  public static Instant awakeUntil(GoDevEnvironment environment) {
    var value = annotations(environment).getOrDefault(KEEP_AWAKE_ANNOTATION, "false");
    return switch (value) {
      case "true" -> Instant.MAX;
      case "false", "" -> Instant.MIN;
      default -> time(value).orElse(Instant.MAX);
    };
  }

  static Stream<Violation> check(GoDevEnvironment environment, GoDevEnvironmentSpec spec) {
    var end =
        Stream.ofNullable(spec.expiry())
            .filter(expiry -> expiry.at() != null && time(expiry.at()).isEmpty())
            .map(
                expiry ->
                    new Violation("spec.expiry.at", expiry.at() + " is no day of the calendar"));
    var awake = annotations(environment).getOrDefault(KEEP_AWAKE_ANNOTATION, "");
    var isKnown =
        awake.isEmpty() || awake.equals("true") || awake.equals("false") || time(awake).isPresent();
    return Stream.concat(
        end,
        isKnown
            ? Stream.empty()
            : Stream.of(
                new Violation(
                    "metadata.annotations[" + KEEP_AWAKE_ANNOTATION + "]",
                    awake + " is neither true nor a time in UTC, such as 2027-03-31T18:00:00Z")));
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> annotations(GoDevEnvironment environment) {
    var annotations = environment.getMetadata().getAnnotations();
    return annotations == null ? Map.of() : annotations;
  }
}
