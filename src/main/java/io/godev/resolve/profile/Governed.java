package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.api.v1alpha1.GoDevProfileSpec;
import io.godev.api.v1alpha1.GoDevProfileSpec.RestartPolicy;
import io.godev.api.v1alpha1.Limits;
import io.godev.api.v1alpha1.Reason;
import io.godev.cluster.HostPath;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A complete spec with its profile's defaults and within its limits.
 *
 * @param spec with every default
 * @param refusals the wishes that the profile refuses
 * @param profile what holds beside the spec
 * @param folders of nodes that the profile lets environments show; null for any
 */
public record Governed(
    GoDevEnvironmentSpec spec,
    List<Refusal> refusals,
    AppliedProfile profile,
    List<String> folders) {

  private static final GoDevProfileSpec EMPTY =
      new GoDevProfileSpec(null, null, null, null, null, null);
  private static final Limits NO_LIMITS =
      new Limits(null, null, null, null, null, null, null, null, null, null, null);

  /**
   * The spec under the profile that was chosen.
   *
   * @param written as the user wrote it
   * @param completion fills everything in that neither says
   */
  public static Governed of(
      GoDevEnvironmentSpec written,
      Choice choice,
      UnaryOperator<GoDevEnvironmentSpec> completion,
      ProfileLimits limits) {
    return choice instanceof Choice.Chosen chosen
        ? of(written, chosen.profile(), completion, limits)
        : new Governed(completion.apply(written), List.of(), AppliedProfile.NONE, null);
  }

  private static Governed of(
      GoDevEnvironmentSpec written,
      GoDevProfile profile,
      UnaryOperator<GoDevEnvironmentSpec> completion,
      ProfileLimits limits) {
    var name = profile.getMetadata().getName();
    var says = Objects.requireNonNullElse(profile.getSpec(), EMPTY);
    var bounds = Objects.requireNonNullElse(says.limits(), NO_LIMITS);
    var joined = ProfileDefaults.under(written, says.defaults());
    var outcome = limits.apply(written, joined, completion, bounds, name);
    return new Governed(
        outcome.spec(),
        outcome.refusals(),
        new AppliedProfile(
            name,
            Objects.requireNonNullElse(says.restart(), RestartPolicy.Manual),
            says.network(),
            proxies(says.defaults()),
            outcome.clamps(),
            bounds.environmentsPerNamespace(),
            bounds.running()),
        bounds.hostPaths() == null ? null : bounds.hostPaths().allowed());
  }

  private static List<String> proxies(GoDevProfileSpec.Defaults defaults) {
    if (defaults == null) {
      return List.of();
    }
    var proxy = defaults.proxy();
    var modules = defaults.go() == null ? null : defaults.go().modules();
    return Stream.concat(
            proxy == null ? Stream.empty() : Stream.of(proxy.http(), proxy.https()),
            modules == null || modules.proxy() == null ? Stream.empty() : modules.proxy().stream())
        .filter(Objects::nonNull)
        .toList();
  }

  /** What the profile says of an environment that shows that folder of the node. */
  public Stream<Refusal> refusalOfFolder(String path) {
    return folders == null || folders.stream().anyMatch(prefix -> HostPath.isWithin(prefix, path))
        ? Stream.empty()
        : Stream.of(
            new Refusal(
                Reason.OutsideProfile,
                "spec.source.hostPath.path",
                "%s is not among the folders of nodes that the profile %s lets environments show (%s); spec.source.sync with \"godev sync\" needs no permission"
                    .formatted(
                        path,
                        profile.name(),
                        folders.isEmpty() ? "none" : String.join(", ", folders))));
  }
}
