package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import io.godev.api.v1alpha1.GoDevProfileSpec.LimitPolicy;
import io.godev.api.v1alpha1.Limits;
import io.godev.api.v1alpha1.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Brings a complete spec within the limits of a profile. */
public final class ProfileLimits {
  private final List<ProfileLimit> all;

  /**
   * The limits.
   *
   * @param imageForRelease the image that a release such as 1.26 picks
   */
  public ProfileLimits(UnaryOperator<String> imageForRelease) {
    all =
        List.of(
            new CpuLimit(),
            new MemoryLimit(),
            new StorageLimit(),
            new GoVersionLimit(),
            new ImageLimit(imageForRelease),
            new CapabilityLimit(),
            new UserLimit(),
            new ExposureLimit());
  }

  /** All of them, in the order in which they are looked at. */
  public List<ProfileLimit> all() {
    return all;
  }

  /**
   * What became of a spec.
   *
   * @param spec within the limits, but for what is a violation or was granted
   * @param clamps the wishes that were brought down
   * @param refusals the wishes that were refused
   */
  public record Outcome(GoDevEnvironmentSpec spec, List<Clamp> clamps, List<Refusal> refusals) {}

  /**
   * The spec within the limits.
   *
   * @param written as the user wrote it
   * @param joined with the profile's defaults
   * @param completion fills everything else in
   * @param profile name of the profile, for what is told
   */
  public Outcome apply(
      GoDevEnvironmentSpec written,
      GoDevEnvironmentSpec joined,
      UnaryOperator<GoDevEnvironmentSpec> completion,
      Limits limits,
      String profile) {
    var within = SpecTree.of(joined);
    List<Clamp> clamps = new ArrayList<>();
    List<Refusal> refusals = new ArrayList<>();
    for (var limit : all) {
      var policy = limit.policy(limits);
      if (policy.isEmpty()) {
        continue;
      }
      // what one limit changed, others depend on
      var spec = completion.apply(within.spec());
      for (var excess : limit.excess(written, spec, limits).toList()) {
        if (excess.within() == null) {
          refusals.add(withoutAnything(excess, profile));
          continue;
        }
        var outcome = outcome(excess, policy.get(), spec.mode());
        if (outcome == LimitPolicy.Reject) {
          refusals.add(refusal(excess, profile));
        }
        if (outcome == LimitPolicy.Clamp) {
          within.set(excess.field(), excess.within());
          if (excess.asked()) {
            clamps.add(new Clamp(excess.field(), excess.value(), excess.within().toString()));
          }
        }
      }
    }
    return new Outcome(completion.apply(within.spec()), List.copyOf(clamps), List.copyOf(refusals));
  }

  // what is not asked for is brought down too, and so is what nobody runs now: it may be suspended
  private static LimitPolicy outcome(Excess excess, LimitPolicy policy, Mode mode) {
    return !excess.asked() || policy == LimitPolicy.Reject && mode == Mode.Suspended
        ? LimitPolicy.Clamp
        : policy;
  }

  private static Refusal withoutAnything(Excess excess, String profile) {
    return new Refusal(
        Reason.OutsideProfile,
        excess.field(),
        "%s is outside of the profile %s, which allows %s; write one of these, or have the platform team set one in"
                .formatted(excess.value(), profile, excess.bound())
            + " spec.defaults of the profile");
  }

  private static Refusal refusal(Excess excess, String profile) {
    return new Refusal(
        Reason.OutsideProfile,
        excess.field(),
        "%s is outside of the profile %s, which allows %s; change it, or ask the platform team for another profile"
            .formatted(excess.value(), profile, excess.bound()));
  }
}
