package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;
import java.util.Map;

/** A template, who gets an environment of it, and how a change of it reaches them. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "!has(self.members) || has(self.template.spec.source.git) || self.members.all(m, !has(m.ref))",
    message =
        "spec.members: ref is a branch, tag or commit of spec.template.spec.source.git, which the template does not"
            + " have; remove ref, or take a Git repository as source")
public record GoDevFleetSpec(
    @JsonPropertyDescription(
            "What every member's environment is made from. A change reaches the members as"
                + " spec.rollout says.")
        @Required
        Template template,
    @JsonPropertyDescription(
            "Who gets an environment: each member has one, named FLEET-MEMBER. Change: an added"
                + " member's environment is made at once; spec.prune says what becomes of a removed"
                + " one's.")
        @Size(max = 300)
        List<Member> members,
    @JsonPropertyDescription("How a change of the template reaches the members.") Rollout rollout,
    @JsonPropertyDescription(
            "What becomes of the environment of a member that is listed no more, and of all of them"
                + " when the fleet is deleted. Delete: it is deleted, but for one with"
                + " spec.deletionProtection: true. Orphan: it stays, and is taken up again when"
                + " the member is listed again. Volumes follow"
                + " spec.template.spec.storage.onDelete. Default: Delete. Change: live; a change to"
                + " Delete deletes also what was left before.")
        Prune prune) {

  /** What becomes of an environment that is listed no more. */
  public enum Prune {
    Delete,
    Orphan
  }

  /** What environments are made from. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Template(
      @JsonPropertyDescription(
              "Labels and annotations of every member's environment. Others that somebody put there"
                  + " stay.")
          Metadata metadata,
      @JsonPropertyDescription(
              "The spec of every member's environment, as of a GoDevEnvironment. Where mode is left out"
                  + " here and at the member, whoever suspends or resumes an environment decides; where"
                  + " deletionProtection is left out, whoever protects one. A volume that is larger than it"
                  + " says stays so.")
          @Required
          GoDevEnvironmentSpec spec) {}

  /** Labels and annotations. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  // https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
  @ValidationRule(
      value =
          "!has(self.labels) || self.labels.all(k, size(k) <= 317 &&"
              + " k.matches('^([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$') &&"
              + " self.labels[k].matches('^([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?)?$'))",
      message =
          "spec.template.metadata.labels: a key is a name of at most 63 letters, digits, '-', '_' and '.', with a"
              + " prefix such as example.com/ if wanted, and a value is the same or empty")
  @ValidationRule(
      value =
          "!has(self.annotations) || self.annotations.all(k, size(k) <= 317 &&"
              + " k.matches('^([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$'))",
      message =
          "spec.template.metadata.annotations: a key is a name of at most 63 letters, digits, '-', '_' and '.', with a"
              + " prefix such as example.com/ if wanted")
  @ValidationRule(
      value =
          "(!has(self.labels) || self.labels.all(k, !k.startsWith('godev.io/'))) && (!has(self.annotations) ||"
              + " self.annotations.all(k, !k.startsWith('godev.io/')))",
      message =
          "spec.template.metadata: keys of godev.io are the operator's; take a prefix of your own")
  public record Metadata(
      @JsonPropertyDescription("Labels, such as team: checkout.")
          Map<String, @Size(max = 63) String> labels,
      @JsonPropertyDescription(
              "Annotations, such as example.com/contact: checkout. Others that somebody put there"
                  + " stay.")
          Map<String, @Size(max = 4096) String> annotations) {}

  /** Somebody with an environment, and in what it is otherwise than the template. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "self.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
      message =
          "spec.members: a name must consist of lower-case letters, digits and '-', and neither start nor end with"
              + " '-'")
  @ValidationRule(
      value =
          "!has(self.ref) || self.ref.matches('^[A-Za-z0-9_][A-Za-z0-9_./+@#=,-]*$') && !self.ref.contains('..')"
              + " && !self.ref.contains('//') && !self.ref.matches('([.]lock|[./])$')",
      message =
          "spec.members: ref must be the name of a branch or tag, or the hash of a commit, such as main or v1.4.0")
  public record Member(
      @JsonPropertyDescription("Name of the member, the end of the environment's name.")
          @Required
          @Size(min = 1, max = 48)
          String name,
      @JsonPropertyDescription(
              "Running or Suspended, instead of what the template says. Default: that of the template;"
                  + " without one there, as whoever suspends or resumes the environment wants it.")
          GoDevEnvironmentSpec.Mode mode,
      @JsonPropertyDescription(
              "Branch, tag or commit, instead of spec.template.spec.source.git.ref.")
          @Size(min = 1, max = 255)
          String ref,
      @JsonPropertyDescription(
              "Environment variables of the member's program: added to spec.template.spec.run.env, and"
                  + " instead of one of the same name there.")
          @Size(max = 10)
          List<Run.EnvironmentVariable> env) {}

  /** How a change of the template reaches the members. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value =
          "!has(self.maxUpdating) || (type(self.maxUpdating) == int ? self.maxUpdating >= 1 && self.maxUpdating <= 300"
              + " : string(self.maxUpdating).matches('^([1-9][0-9]?|100)%$'))",
      message =
          "spec.rollout.maxUpdating must be a number from 1 to 300, or a share of the members such as \"10%\"")
  public record Rollout(
      @JsonPropertyDescription(
              "How many members are changed at once: a number, or a share such as 10%, which is at least"
                  + " one. The next follows when one of them is ready again; a suspended one needs no"
                  + " waiting. Default: 1. Change: live.")
          IntOrString maxUpdating,
      @JsonPropertyDescription(
              "Seconds a changed member has to stay ready before the next one follows, 0 to 3600."
                  + " Default: 10. Change: live.")
          @Min(0)
          @Max(3600)
          Integer minReadySeconds,
      @JsonPropertyDescription(
              "Minutes after which a changed member that is not ready counts as failed, 1 to 1440."
                  + " Default: 10. Change: live.")
          @Min(1)
          @Max(1440)
          Integer failureAfterMinutes,
      @JsonPropertyDescription(
              "What happens when the new template fails at a member that was not failing before."
                  + " RollBack: nobody else is changed, and who has the new template gets the last good one"
                  + " back. Pause: nobody else is changed. Continue: the next one follows. Default:"
                  + " RollBack. Change: live.")
          OnFailure onFailure) {}

  /** What happens when a template fails. */
  public enum OnFailure {
    RollBack,
    Pause,
    Continue
  }
}
