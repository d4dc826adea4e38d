package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What the user asks for. Every member but {@code source} may be left out. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value = "!has(self.profile) || self.profile.matches('" + Patterns.OBJECT_NAME + "')",
    message = "spec.profile must be the name of a GoDevProfile")
@ValidationRule(
    value = "!has(self.source.claim) || !has(self.storage) || !has(self.storage.workspace)",
    message =
        "spec.storage.workspace has no use with spec.source.claim, which is the workspace: remove one of the two")
@ValidationRule(
    value =
        "!has(self.source.git) || !has(self.source.git.follow) || !has(self.reload) || !has(self.reload.mode) ||"
            + " self.reload.mode == 'OnChange'",
    message =
        "spec.source.git.follow needs spec.reload.mode OnChange, because the program has to be built again; remove"
            + " one of the two")
@ValidationRule(
    value =
        "!has(self.run) || !has(self.run.ports) || self.run.ports.all(p, p.containerPort >= 1024) ||"
            + " has(self.securityContext) && has(self.securityContext.capabilities) &&"
            + " has(self.securityContext.capabilities.add) &&"
            + " self.securityContext.capabilities.add.exists(c, c == 'NET_BIND_SERVICE')",
    message =
        "spec.run.ports: a containerPort below 1024 needs spec.securityContext.capabilities: {add: [NET_BIND_SERVICE]};"
            + " add that, or take a higher port")
public record GoDevEnvironmentSpec(
    @JsonPropertyDescription(
            "Running, or Suspended: a suspended environment has no pod and keeps its volumes."
                + " Default: Running. Change: live.")
        Mode mode,
    @JsonPropertyDescription(
            "Name of the GoDevProfile it goes by, which gives defaults and sets limits. Default: the profile"
                + " marked as default for the namespace, if there is one. Change: restart.")
        @Size(min = 1, max = 63)
        String profile,
    @JsonPropertyDescription(
            "Where the program's source comes from: exactly one of module, git, files, sync,"
                + " hostPath, claim and snapshot."
                + " Change: restart; the kind of source is fixed.")
        @Required
        Source source,
    @JsonPropertyDescription("The Go toolchain and its modules. Change: restart.") Go go,
    @JsonPropertyDescription(
            "What is run, and how it is reached. Change: restart, but for exposure.")
        Run run,
    @JsonPropertyDescription("What happens when a file of the workspace changes. Change: restart.")
        Reload reload,
    @JsonPropertyDescription("The debugger. Change: restart.") Debug debug,
    @JsonPropertyDescription("The profiler in the program. Change: live.") Profiling profiling,
    @JsonPropertyDescription(
            "The HTTP proxy, and the certificate authorities, between the environment and the"
                + " outside. Change: restart.")
        Proxy proxy,
    @JsonPropertyDescription(
            "CPU and memory of the pod. The Go runtime is told to stay under 90 % of the memory limit"
                + " (GOMEMLIMIT). Change: live, resized in place.")
        Resources resources,
    @JsonPropertyDescription(
            "User, groups and capabilities; everything else is as Pod Security restricted demands."
                + " Change: restart.")
        SecurityContext securityContext,
    @JsonPropertyDescription("The volumes of the environment.") Storage storage,
    @JsonPropertyDescription("What happens when nobody works in the environment. Change: live.")
        Idle idle,
    @JsonPropertyDescription(
            "When the environment's time is over: from then on it has no pod, whatever is done in it,"
                + " and keeps its volumes. It is not deleted: the operator deletes nobody's environment, and"
                + " from Git it would come back. An Event and the condition ExpiresSoon tell of it a day"
                + " before, or a quarter of its time if that is less. Change: live.")
        Expiry expiry,
    @JsonPropertyDescription(
            "true has the API server refuse to delete the environment, whoever asks; only with its"
                + " namespace it goes. Default: false. Change: live.")
        Boolean deletionProtection) {

  /** A spec that says nothing but which profile it goes by. */
  public static GoDevEnvironmentSpec ofProfile(String profile) {
    return new GoDevEnvironmentSpec(
        null, profile, null, null, null, null, null, null, null, null, null, null, null, null,
        null);
  }

  /** The same with another source. */
  public GoDevEnvironmentSpec with(Source other) {
    return new GoDevEnvironmentSpec(
        mode,
        profile,
        other,
        go,
        run,
        reload,
        debug,
        profiling,
        proxy,
        resources,
        securityContext,
        storage,
        idle,
        expiry,
        deletionProtection);
  }

  /** Whether there is a pod. */
  public enum Mode {
    Running,
    Suspended
  }
}
