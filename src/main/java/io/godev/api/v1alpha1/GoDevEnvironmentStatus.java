package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** What the operator saw last. It is written only when it changes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record GoDevEnvironmentStatus(
    @JsonPropertyDescription(
            "metadata.generation of the spec this status speaks of; -1 until the operator has looked at the"
                + " environment for the first time.")
        Long observedGeneration,
    @JsonPropertyDescription("The state of the environment; Ready sums them up.")
        List<Condition> conditions,
    @JsonPropertyDescription("Go release in use, such as 1.26.") String goVersion,
    @JsonPropertyDescription("The source in a few words.") String source,
    @JsonPropertyDescription("Image the program is built and run in.") String image,
    @JsonPropertyDescription("Name of the GoDevProfile in force; absent where there is none.")
        String profile,
    @JsonPropertyDescription("How the last start went, phase by phase.") Startup startup,
    @JsonPropertyDescription("The last build that is known.") Build build,
    @JsonPropertyDescription("How to reach each port.") List<Endpoint> endpoints,
    @JsonPropertyDescription("How to reach the debugger; absent where there is none.")
        DebugAccess debug,
    @JsonPropertyDescription("The cluster, as its nodes show it.") Platform platform,
    @JsonPropertyDescription("What could be better, though it works.") List<Advice> advice,
    @JsonPropertyDescription(
            "The spec that was accepted last. It stays in force while a later one is rejected.")
        AcceptedSpec acceptedSpec,
    @JsonPropertyDescription(
            "What the runtime in the pod reported last. Written apart from the rest, by whichever"
                + " replica of the operator received it.")
        RuntimeReport runtime,
    @JsonPropertyDescription(
            "Who works in it, and when it is suspended for that nobody does, or for its time being over;"
                + " absent without spec.idle and spec.expiry.")
        Activity activity) {

  /** Leaves out conditions that this release does not know. */
  public GoDevEnvironmentStatus {
    conditions = Condition.known(conditions);
  }

  /**
   * The generation in the definition's default, so that tools do not take an environment without a
   * status for a settled one.
   */
  public static final Long NOT_OBSERVED = -1L;

  /** A status that says nothing. */
  public static final GoDevEnvironmentStatus NONE =
      new GoDevEnvironmentStatus(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);

  /** A status that says nothing but which profile is in force. */
  public static GoDevEnvironmentStatus ofProfile(String profile) {
    return new GoDevEnvironmentStatus(
        null, null, null, null, null, profile, null, null, null, null, null, null, null, null,
        null);
  }

  /** The same with a report of the runtime. */
  public GoDevEnvironmentStatus with(RuntimeReport report) {
    return with(report, activity);
  }

  /** The same with other activity. */
  public GoDevEnvironmentStatus with(Activity other) {
    return with(runtime, other);
  }

  private GoDevEnvironmentStatus with(RuntimeReport report, Activity other) {
    return new GoDevEnvironmentStatus(
        observedGeneration,
        conditions,
        goVersion,
        source,
        image,
        profile,
        startup,
        build,
        endpoints,
        debug,
        platform,
        advice,
        acceptedSpec,
        report,
        other);
  }

  /** The operator's own part: all but the runtime's report. */
  public GoDevEnvironmentStatus withoutReport() {
    return with(null, activity);
  }

  /** The condition of that type, or null. */
  public Condition condition(ConditionType type) {
    return conditions == null
        ? null
        : conditions.stream().filter(c -> c.type() == type).findFirst().orElse(null);
  }

  /** The cluster an environment runs on. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Platform(
      @JsonPropertyDescription(
              "DockerDesktopKubeadm, DockerDesktopKind, Kind, Minikube, RancherDesktop, K3s or Other.")
          String distribution,
      @JsonPropertyDescription("System of the machine it runs on, where that shows: WindowsWSL2.")
          @Growing
          Source.Host host,
      @JsonPropertyDescription("Version of the nodes' kubelet, such as v1.34.4.")
          String kubernetesVersion,
      @JsonPropertyDescription("Container runtime of the nodes, such as containerd://2.1.3.")
          String containerRuntime) {}

  /** How much an advice matters. */
  public enum Severity {
    Info,
    Warning
  }

  /** What could be better. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Advice(
      @JsonPropertyDescription("Name of the rule; docs/reference/advice.md has them all.")
          String rule,
      @JsonPropertyDescription("Info or Warning.") @Growing Severity severity,
      @JsonPropertyDescription("The field it is about.") String field,
      @JsonPropertyDescription("What was seen, and what it leads to.") String message,
      @JsonPropertyDescription("What to do.") String remedy) {}

  /** How to reach the debugger. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record DebugAccess(
      @JsonPropertyDescription("The kubectl command that forwards the debugger's port.")
          String portForward,
      @JsonPropertyDescription("A configuration for the launch.json of Visual Studio Code.")
          String vsCode,
      @JsonPropertyDescription("Settings for a run configuration \"Go Remote\" of GoLand.")
          String goLand) {}

  /** Who works in an environment, and until when it may run. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Activity(
      @JsonPropertyDescription(
              "The work that goes on, or the last: Command, Build, Debugger, Connection, CPU, Files,"
                  + " Terminal, Start, or Request for a change of the spec or of an annotation.")
          String kind,
      @JsonPropertyDescription("When the last work ended (RFC 3339); absent while some goes on.")
          String lastActivity,
      @JsonPropertyDescription(
              "When it is suspended if nobody works until then (RFC 3339); absent while somebody"
                  + " does, while that is not known, and while godev.io/keep-awake is true.")
          String suspendAt,
      @JsonPropertyDescription(
              "When it was suspended by idleness or by the end of its time (RFC 3339).")
          String suspendedAt,
      @JsonPropertyDescription(
              "By which the operator knows whether somebody asked for something since.")
          String asked,
      @JsonPropertyDescription("When its time is over by spec.expiry (RFC 3339).")
          String expiresAt) {}

  /** A spec by its generation. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record AcceptedSpec(
      @JsonPropertyDescription("metadata.generation it had.") Long generation,
      @JsonPropertyDescription("By which the operator knows the copy that it keeps.")
          String hash) {}

  /** Seconds each phase of the last start took; a phase that has not ended is absent. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Startup(
      @JsonPropertyDescription("When the pod was created (RFC 3339).") String startedAt,
      @JsonPropertyDescription("Seconds until the pod had a node.") Double scheduled,
      @JsonPropertyDescription(
              "Seconds for volumes, network and images, until the first step could start.")
          Double imagePulled,
      @JsonPropertyDescription("Seconds for the source to get into the workspace.") Double source,
      @JsonPropertyDescription("Seconds to download and verify the modules.") Double modules,
      @JsonPropertyDescription("Seconds of the first build.") Double build,
      @JsonPropertyDescription("Seconds from the program's start until it was ready.") Double ready,
      @JsonPropertyDescription("Seconds from the pod's creation until it was ready.")
          Double total) {}

  /** Result of a build. */
  public enum BuildResult {
    Succeeded,
    Failed
  }

  /** A build. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Build(
      @JsonPropertyDescription("Succeeded or Failed.") @Growing BuildResult result,
      @JsonPropertyDescription("When it ended (RFC 3339).") String time,
      @JsonPropertyDescription("Seconds it took.") Double seconds,
      @JsonPropertyDescription("Package that was built, relative to the module.")
          @JsonProperty("package")
          String mainPackage,
      @JsonPropertyDescription("File of the first error, relative to the module's root.")
          String file,
      @JsonPropertyDescription("Line of the first error, from 1.") Integer line,
      @JsonPropertyDescription("The first error, as the compiler says it.") String error) {}

  /** How to reach a port. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Endpoint(
      @JsonPropertyDescription("Name of the port in spec.run.ports.") String name,
      @JsonPropertyDescription("Number by which the port is reached.") Integer port,
      @JsonPropertyDescription("TCP or UDP.") @Growing Run.Protocol protocol,
      @JsonPropertyDescription(
              "Address inside the cluster; absent for a port that is not exposed there.")
          String url,
      @JsonPropertyDescription("Address outside the cluster, once the load balancer has one.")
          String externalUrl,
      @JsonPropertyDescription("Command that brings the port to localhost; absent for UDP.")
          String portForward,
      @JsonPropertyDescription(
              "Command that takes a profile of 30 s once the port is forwarded; for the profiler's port"
                  + " alone.")
          String pprof) {}
}
