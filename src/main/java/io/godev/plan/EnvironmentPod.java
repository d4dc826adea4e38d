package io.godev.plan;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.godev.api.v1alpha1.Resources;
import io.godev.api.v1alpha1.Run;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.ResolvedEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The pod: init containers that bring the runtime, the source, the modules and the first build,
 * then the program.
 */
public final class EnvironmentPod {
  /** Names of the containers, in the order in which they run. */
  public static final String RUNTIME = "runtime";

  public static final String SOURCE = "source";
  public static final String MODULES = "modules";
  public static final String BUILD = "build";
  public static final String DEV = "dev";

  /** Annotation of the pod with the certificates the runtime trusts the report's endpoint by. */
  public static final String REPORT_AUTHORITY = "godev.io/report-ca";

  /** Annotation of the pod with the time of spec.idle, empty without one. */
  public static final String IDLE_MINUTES = "godev.io/idle-minutes";

  /** Audience of the token the runtime reports with. */
  public static final String REPORT_AUDIENCE = "godev-operator";

  /** Names of the volumes with the certificate authorities and the logins. */
  public static final String CA = "ca";

  public static final String NETRC = "netrc";
  public static final String GIT = "git";

  /** Name of the volume with the archive of spec.source.snapshot. */
  public static final String ARCHIVE = "archive";

  private static final long POD_GRACE = 15;

  private EnvironmentPod() {}

  static Pod of(
      ResolvedEnvironment environment, PlatformDefaults defaults, String reportAuthority) {
    var pod =
        new PodBuilder()
            .withMetadata(Names.owned(environment, Names.pod(environment.name())))
            .withNewSpec()
            // a program that ended with 0 has done its work; one that failed is tried again
            .withRestartPolicy("OnFailure")
            .withTerminationGracePeriodSeconds(POD_GRACE)
            .withAutomountServiceAccountToken(false)
            // variables of Services would reach the program and change with its neighbours
            .withEnableServiceLinks(false)
            .withSecurityContext(PodSecurity.ofPod(environment))
            .withInitContainers(
                runtime(environment, defaults),
                source(environment),
                step(environment, MODULES, RuntimeArguments.modules(environment)),
                step(environment, BUILD, RuntimeArguments.build(environment)))
            .withContainers(dev(environment, defaults))
            .withVolumes(PodVolumes.of(environment))
            .endSpec()
            .build();
    if (!environment.profile().name().isEmpty()) {
      pod.getMetadata().getLabels().put(Names.PROFILE, environment.profile().name());
    }
    pod.getMetadata()
        .setAnnotations(
            Map.of(
                PodHashes.WRITTEN,
                PodHashes.ofWritten(environment),
                PodHashes.POD,
                PodHashes.ofPod(pod, environment),
                ResolvedEnvironment.RESTART_ANNOTATION,
                environment.restartRequest(),
                ResolvedEnvironment.DEBUG_ANNOTATION,
                environment.attachesDebugger() ? ResolvedEnvironment.ATTACH : "",
                REPORT_AUTHORITY,
                reportAuthority,
                IDLE_MINUTES,
                idleMinutes(environment),
                // kubectl exec and logs mean the program
                "kubectl.kubernetes.io/default-container",
                DEV));
    return pod;
  }

  private static String idleMinutes(ResolvedEnvironment environment) {
    return WaitingRestart.patience(environment)
        .map(patience -> String.valueOf(patience.toMinutes()))
        .orElse("");
  }

  private static Container runtime(ResolvedEnvironment environment, PlatformDefaults defaults) {
    return new ContainerBuilder()
        .withName(RUNTIME)
        .withImage(defaults.runtimeImage())
        .withImagePullPolicy("IfNotPresent")
        .withCommand("/godevd", "install", Paths.RUNTIME)
        .withResources(resources(environment))
        .withSecurityContext(PodSecurity.ofContainer(environment))
        .withVolumeMounts(PodVolumes.ofRuntime())
        .build();
  }

  private static Container source(ResolvedEnvironment environment) {
    return goContainer(environment, SOURCE, RuntimeArguments.source(environment))
        .withVolumeMounts(PodVolumes.ofSource(environment))
        .withEnv(GoVariables.of(environment))
        .build();
  }

  private static Container step(
      ResolvedEnvironment environment, String name, List<String> arguments) {
    return goContainer(environment, name, arguments).withEnv(GoVariables.of(environment)).build();
  }

  private static Container dev(ResolvedEnvironment environment, PlatformDefaults defaults) {
    var variables = new ArrayList<>(GoVariables.of(environment));
    environment.spec().run().env().forEach(variable -> variables.add(variable(variable)));
    return goContainer(environment, DEV, RuntimeArguments.run(environment, defaults))
        // where "kubectl exec" begins; the other steps run before that folder is there
        .withWorkingDir(Workspace.module(environment))
        .withVolumeMounts(PodVolumes.ofDev(environment))
        .withEnv(variables)
        .withPorts(environment.spec().run().ports().stream().map(EnvironmentPod::port).toList())
        .withReadinessProbe(Readiness.of(environment.spec().run()))
        .build();
  }

  private static ContainerBuilder goContainer(
      ResolvedEnvironment environment, String name, List<String> arguments) {
    return new ContainerBuilder()
        .withName(name)
        .withImage(environment.spec().go().image())
        .withImagePullPolicy("IfNotPresent")
        .withCommand(Paths.GODEVD)
        .withArgs(arguments)
        .withWorkingDir(Paths.WORKSPACE)
        .withResources(resources(environment))
        .withSecurityContext(PodSecurity.ofContainer(environment))
        .withVolumeMounts(PodVolumes.ofGo(environment));
  }

  private static ResourceRequirements resources(ResolvedEnvironment environment) {
    var resources = environment.spec().resources();
    return new ResourceRequirementsBuilder()
        .withRequests(amounts(resources.requests()))
        .withLimits(amounts(resources.limits()))
        .build();
  }

  private static Map<String, Quantity> amounts(Resources.Amounts amounts) {
    return Map.of("cpu", amounts.cpu(), "memory", amounts.memory());
  }

  private static ContainerPort port(Run.Port port) {
    return new ContainerPortBuilder()
        .withName(port.name())
        .withContainerPort(port.containerPort())
        .withProtocol(port.protocol().name())
        .build();
  }

  private static EnvVar variable(Run.EnvironmentVariable variable) {
    var builder = new EnvVarBuilder().withName(variable.name());
    var from = variable.valueFrom();
    if (from == null) {
      return builder.withValue(variable.value() == null ? "" : variable.value()).build();
    }
    return from.secretKeyRef() != null
        ? builder
            .withNewValueFrom()
            .withNewSecretKeyRef(from.secretKeyRef().key(), from.secretKeyRef().name(), null)
            .endValueFrom()
            .build()
        : builder
            .withNewValueFrom()
            .withNewConfigMapKeyRef(
                from.configMapKeyRef().key(), from.configMapKeyRef().name(), null)
            .endValueFrom()
            .build();
  }
}
