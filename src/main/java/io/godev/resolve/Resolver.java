package io.godev.resolve;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Source;
import io.godev.cluster.Platform;
import io.godev.resolve.profile.Choice;
import io.godev.resolve.profile.Governed;
import io.godev.resolve.profile.ProfileLimits;
import io.godev.resolve.profile.Profiles;
import io.godev.resolve.profile.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Turns a spec into a complete one, or says everything that is wrong with it. */
public final class Resolver {

  /** Release of Go of an environment that asks for none. */
  public static final String GO_VERSION = Completion.GO_VERSION;

  private static final List<Rule> RULES =
      List.of(
          Rules::filesFitIntoAConfigMap,
          Rules::filesHoldAGoMod,
          Rules::filesAreNotFoldersToo,
          Rules::goEnvLeavesFieldsAlone,
          Rules::runEnvLeavesTheRuntimeAlone,
          Rules::flagsLeaveFieldsAlone,
          Rules::programRunsOnLinux,
          Rules::memoryLimitIsInGoSyntax,
          ReadinessPort::isTcp,
          DebuggerRules::portIsFree,
          DebuggerRules::flagsKeepTheSourceKnown,
          DebuggerRules::raceDetectorHasCgo);

  private final PlatformDefaults defaults;
  private final Supplier<Platform> platform;
  private final BooleanSupplier nodesAreForbidden;
  private final Profiles profiles;
  private final ProfileLimits limits;

  /** A resolver for a cluster of which nothing is known. */
  public Resolver(PlatformDefaults defaults) {
    this(defaults, () -> Platform.UNKNOWN, Profiles.UNKNOWN);
  }

  /**
   * A resolver for a cluster.
   *
   * @param platform the cluster as it shows now
   * @param profiles by which environments go
   */
  public Resolver(PlatformDefaults defaults, Supplier<Platform> platform, Profiles profiles) {
    this(defaults, platform, () -> false, profiles);
  }

  /**
   * A resolver for a cluster that may keep its nodes to itself.
   *
   * @param nodesAreForbidden whether waiting for the platform is in vain
   */
  public Resolver(
      PlatformDefaults defaults,
      Supplier<Platform> platform,
      BooleanSupplier nodesAreForbidden,
      Profiles profiles) {
    this.defaults = defaults;
    this.platform = platform;
    this.nodesAreForbidden = nodesAreForbidden;
    this.profiles = profiles;
    this.limits = new ProfileLimits(defaults::goImageFor);
  }

  /** Folders of the nodes that environments may show. */
  public List<String> hostPaths() {
    return defaults.hostPaths();
  }

  /**
   * Why a spec can be neither accepted nor rejected yet; empty if it can: where a folder of the
   * machine is depends on the nodes, and a volume that shows another one cannot be changed.
   */
  public Optional<Violation> waitsFor(GoDevEnvironment environment) {
    var spec = environment.getSpec();
    return spec != null
            && spec.source() != null
            && spec.source().hostPath() != null
            && !defaults.hostPaths().isEmpty()
            && platform.get().hasNoNode()
            && !nodesAreForbidden.getAsBoolean()
        ? Optional.of(HostFolders.nodesUnknown())
        : Optional.empty();
  }

  /** The spec of the environment with every default, or all its violations. */
  public Resolution resolve(GoDevEnvironment environment) {
    return resolve(environment, environment.getSpec());
  }

  /** Another spec of the environment, such as an earlier one. */
  public Resolution resolve(GoDevEnvironment environment, GoDevEnvironmentSpec written) {
    if (written == null || written.source() == null) {
      return new Resolution.Rejected(
          List.of(
              new Violation(
                  "spec.source",
                  "is missing; name a module, a git repository, files, sync or a claim")));
    }
    var where = platform.get();
    var choice = profiles.choose(environment.getMetadata().getNamespace(), written);
    if (choice instanceof Choice.Refused refused) {
      return new Resolution.Rejected(List.of(violation(refused.refusal())));
    }
    var governed = Governed.of(written, choice, this::complete, limits);
    var spec = governed.spec();
    var violations =
        Stream.of(
                governed.refusals().stream().map(Resolver::violation),
                RULES.stream().flatMap(rule -> rule.check(spec)),
                debugRequestIsKnown(environment),
                Lifecycle.check(environment, spec),
                hostFolder(spec).flatMap(folder -> hostFolder(folder, where, governed)))
            .flatMap(violation -> violation)
            .toList();
    if (!violations.isEmpty()) {
      return new Resolution.Rejected(violations);
    }
    var meta = environment.getMetadata();
    return new Resolution.Resolved(
        new ResolvedEnvironment(
            meta.getName(),
            meta.getNamespace(),
            meta.getUid(),
            written,
            onNode(spec, where),
            restartRequest(environment),
            debugRequest(environment).equals(ResolvedEnvironment.ATTACH),
            where,
            governed.profile(),
            Suspension.of(spec.mode()),
            Lifecycle.awakeUntil(environment)));
  }

  private GoDevEnvironmentSpec complete(GoDevEnvironmentSpec spec) {
    return Completion.of(spec, defaults);
  }

  private Stream<Violation> hostFolder(
      Source.HostFolder folder, Platform where, Governed governed) {
    var violations = isReachable(folder, where).toList();
    return violations.isEmpty()
        ? governed
            .refusalOfFolder(HostFolders.onNode(folder, where).path())
            .map(Resolver::violation)
        : violations.stream();
  }

  private static Violation violation(Refusal refusal) {
    return new Violation(refusal.reason(), refusal.field(), refusal.problem());
  }

  private static Stream<Source.HostFolder> hostFolder(GoDevEnvironmentSpec spec) {
    return Stream.ofNullable(spec.source().hostPath());
  }

  private Stream<Violation> isReachable(Source.HostFolder folder, Platform where) {
    return where.hasNoNode() && nodesAreForbidden.getAsBoolean() && !defaults.hostPaths().isEmpty()
        ? Stream.of(HostFolders.nodesForbidden())
        : HostFolders.check(folder, where, defaults.hostPaths());
  }

  private static GoDevEnvironmentSpec onNode(GoDevEnvironmentSpec spec, Platform platform) {
    return hostFolder(spec)
        .findFirst()
        .map(folder -> spec.with(Source.of(HostFolders.onNode(folder, platform))))
        .orElse(spec);
  }

  private static Stream<Violation> debugRequestIsKnown(GoDevEnvironment environment) {
    var request = debugRequest(environment);
    return request.isEmpty() || request.equals(ResolvedEnvironment.ATTACH)
        ? Stream.empty()
        : Stream.of(
            new Violation(
                "metadata.annotations[" + ResolvedEnvironment.DEBUG_ANNOTATION + "]",
                request
                    + " is no request; write "
                    + ResolvedEnvironment.ATTACH
                    + ", or remove the annotation"));
  }

  /** The value of the restart annotation, empty without it. */
  public static String restartRequest(GoDevEnvironment environment) {
    return annotation(environment, ResolvedEnvironment.RESTART_ANNOTATION);
  }

  /** The value of the debug annotation, empty without it. */
  public static String debugRequest(GoDevEnvironment environment) {
    return annotation(environment, ResolvedEnvironment.DEBUG_ANNOTATION);
  }

  private static String annotation(GoDevEnvironment environment, String name) {
    Map<String, String> annotations = environment.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(name, "");
  }
}
