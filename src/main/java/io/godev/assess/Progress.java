package io.godev.assess;

import static io.godev.api.v1alpha1.ConditionType.Built;
import static io.godev.api.v1alpha1.ConditionType.ModulesReady;
import static io.godev.api.v1alpha1.ConditionType.Running;
import static io.godev.api.v1alpha1.ConditionType.SourceReady;

import io.fabric8.kubernetes.api.model.Pod;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.Reason;
import io.godev.plan.EnvironmentPod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The conditions of the pod's steps, in their order: source, modules, build, program. */
final class Progress {

  // after a restart of its container the runtime builds again; all it can fail with but these is
  // the build's
  private static final Set<String> PROGRAM_REASONS =
      Set.of("Crashed", "OutOfMemory", "Stopped", "RunFailed", "Failed");

  private static final String MODULES_ARE_THERE = "The modules are downloaded and verified.";
  static final String PROGRAM_IS_BUILT = "The program is built.";
  static final String SOURCE_IS_THERE = "The source is in the workspace.";

  private final Pod pod;
  private final PodSteps steps;
  private final Reported reported;
  private final Condition builtBefore;
  private final Instant now;

  /**
   * The conditions of what is seen.
   *
   * @param builtBefore what Built said last, or null
   */
  Progress(Observation seen, Condition builtBefore, Instant now) {
    this.pod = seen.pod();
    this.steps = new PodSteps(seen, now);
    this.reported = Reported.of(seen, now);
    this.builtBefore = builtBefore;
    this.now = now;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        steps.of(EnvironmentPod.RUNTIME) instanceof Step.Succeeded
            ? source()
            : finding(SourceReady, EnvironmentPod.RUNTIME, "The runtime"));
    findings.add(modules());
    findings.add(built());
    findings.add(running());
    return waitingForTheFirst(findings);
  }

  private Finding source() {
    if (steps.of(EnvironmentPod.SOURCE) instanceof Step.Succeeded done) {
      return reported
          .source()
          .orElseGet(
              () ->
                  done.message().reason() == null
                      ? Finding.holds(
                          SourceReady, Reason.Succeeded, SOURCE_IS_THERE, done.finished())
                      // it is there, but not all of it as it was asked for
                      : Finding.holds(
                          SourceReady,
                          done.message().reason(),
                          done.message().detail(),
                          done.finished()));
    }
    return finding(SourceReady, EnvironmentPod.SOURCE, "The source");
  }

  private Finding modules() {
    var first = finding(ModulesReady, EnvironmentPod.MODULES, "The modules");
    return reported
        .builtDespite(first.reason())
        .or(() -> mended(EnvironmentPod.MODULES))
        .map(at -> Finding.holds(ModulesReady, Reason.Succeeded, MODULES_ARE_THERE, at))
        .orElse(first);
  }

  private Finding built() {
    return reported
        .built(builtBefore)
        .or(
            () ->
                mended(EnvironmentPod.BUILD)
                    .map(at -> Finding.holds(Built, Reason.Succeeded, PROGRAM_IS_BUILT, at)))
        .orElseGet(this::builtAtTheStart);
  }

  private Optional<Instant> mended(String container) {
    return reported.isOfNow() ? Optional.empty() : Mended.at(pod, steps, container);
  }

  private Finding builtAtTheStart() {
    return steps.of(EnvironmentPod.DEV) instanceof Step.Failed failed
            && !PROGRAM_REASONS.contains(failed.reason())
        ? Finding.fails(Built, failed.reason(), failed.message(), failed.at())
        : finding(Built, EnvironmentPod.BUILD, "The program");
  }

  private Finding running() {
    var step = steps.of(EnvironmentPod.DEV);
    if (step instanceof Step.Running running) {
      return reported
          .running()
          .orElseGet(
              () -> Finding.holds(Running, Reason.Started, "The program runs.", running.since()));
    }
    if (step instanceof Step.Succeeded ended) {
      return Finding.fails(
          Running,
          Reason.Completed.name(),
          "The program ended with exit code 0. It runs again after a change of the spec or of the"
              + " annotation godev.io/restart.",
          ended.finished());
    }
    return unfinished(Running, step);
  }

  private Finding finding(ConditionType type, String container, String subject) {
    var step = steps.of(container);
    if (step instanceof Step.Succeeded succeeded) {
      return Finding.holds(type, Reason.Succeeded, subject + done(type), succeeded.finished());
    }
    if (step instanceof Step.Running running) {
      if (type == SourceReady && Sources.isPushed(pod)) {
        return Finding.open(type, Reason.AwaitingSync, awaitsSync(), running.since());
      }
      return Finding.open(type, Reason.InProgress, subject + underWay(type), running.since());
    }
    return unfinished(type, step);
  }

  private Finding unfinished(ConditionType type, Step step) {
    return step instanceof Step.Failed failed
        ? Finding.fails(type, failed.reason(), failed.message(), failed.at())
        : waiting(type, (Step.Waiting) step);
  }

  private Finding waiting(ConditionType type, Step.Waiting waiting) {
    return isForSomebodyToAct(waiting.reason())
        ? Finding.fails(type, waiting.reason().name(), waiting.message(), now)
        : Finding.open(type, waiting.reason(), waiting.message(), now);
  }

  private static boolean isForSomebodyToAct(Reason reason) {
    return reason == Reason.ImagePullFailed
        || reason == Reason.ContainerConfigInvalid
        || reason == Reason.HostPathUnavailable;
  }

  // what comes after the first step that is not done waits for it, whatever the kubelet says
  // meanwhile
  private List<Finding> waitingForTheFirst(List<Finding> findings) {
    List<Finding> ordered = new ArrayList<>();
    Finding first = null;
    for (var finding : findings) {
      if (first == null || finding.type() == Running && reported.runsTheLastGoodOne()) {
        ordered.add(finding);
        first = first != null || finding.isTrue() ? first : finding;
      } else {
        ordered.add(
            Finding.open(
                finding.type(),
                Reason.Waiting,
                "Waits for " + first.type() + ".",
                finding.since()));
      }
    }
    return ordered;
  }

  private String awaitsSync() {
    return "The workspace waits for its first push. In the folder of the source run: godev sync -n %s %s"
        .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
  }

  private static String done(ConditionType type) {
    return switch (type) {
      case ModulesReady -> MODULES_ARE_THERE.substring("The modules".length());
      default -> " is built.";
    };
  }

  private static String underWay(ConditionType type) {
    return switch (type) {
      case SourceReady -> " is being fetched.";
      case ModulesReady -> " are being downloaded.";
      default -> " is being built.";
    };
  }
}
