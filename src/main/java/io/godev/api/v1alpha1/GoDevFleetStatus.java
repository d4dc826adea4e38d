package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/** What the operator saw of a fleet last. It is written only when it changes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record GoDevFleetStatus(
    @JsonPropertyDescription(
            "metadata.generation of the spec this status speaks of; -1 until the operator has looked at the"
                + " fleet for the first time.")
        Long observedGeneration,
    @JsonPropertyDescription("The state of the fleet; Ready sums it up.")
        List<Condition> conditions,
    @JsonPropertyDescription("How many members are listed.") Integer members,
    @JsonPropertyDescription(
            "How many of their environments are ready, those that are suspended among them.")
        Integer ready,
    @JsonPropertyDescription("How many of their environments are as the current template has it.")
        Integer updated,
    @JsonPropertyDescription(
            "How many of their environments cannot go on before somebody acts, or could not be made.")
        Integer failed,
    @JsonPropertyDescription("How many of their environments are suspended by their spec.")
        Integer suspended,
    @JsonPropertyDescription("Which templates there are, each by its hash.") Templates template,
    @JsonPropertyDescription(
            "Members that were given the template and have yet to show that it works for them.")
        List<String> updating,
    @JsonPropertyDescription("Members that failed, ten at most, in the order of the list.")
        List<FailedMember> failures,
    @JsonPropertyDescription(
            "Environments that were left although their members are listed no more, by spec.prune or"
                + " because they are protected; twenty at most.")
        List<String> kept) {

  /**
   * The generation in the definition's default, so that tools do not take a fleet without a status
   * for a settled one.
   */
  public static final Long NOT_OBSERVED = GoDevEnvironmentStatus.NOT_OBSERVED;

  /** Leaves out conditions that this release does not know. */
  public GoDevFleetStatus {
    conditions = Condition.known(conditions);
  }

  /** A status that says nothing. */
  public static final GoDevFleetStatus NONE =
      new GoDevFleetStatus(null, null, null, null, null, null, null, null, null, null, null);

  /** The condition of that type, or null. */
  public Condition condition(ConditionType type) {
    return conditions == null
        ? null
        : conditions.stream().filter(c -> c.type() == type).findFirst().orElse(null);
  }

  /** Templates by their hash. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Templates(
      @JsonPropertyDescription("That of spec.template.") String current,
      @JsonPropertyDescription(
              "The last one that reached all members; members go back to it when a later one fails.")
          String lastGood,
      @JsonPropertyDescription("The one that failed, as long as spec.template is that one.")
          Failure failure) {}

  /** Why a template does not go further. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Failure(
      @JsonPropertyDescription("Hash of the template.") @Required String template,
      @JsonPropertyDescription("Member that it failed at.") @Required String member,
      @JsonPropertyDescription("Reason of the member's environment.") @Required String reason,
      @JsonPropertyDescription("What the member's environment said.") @Required String message,
      @JsonPropertyDescription(
              "Value of the fleet's annotation godev.io/retry when it failed; another value tries the"
                  + " template again.")
          String retry) {}

  /** A member whose environment needs somebody to act. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record FailedMember(
      @JsonPropertyDescription("Name of the member.") @Required String name,
      @JsonPropertyDescription("A word for machines: why.") @Required String reason,
      @JsonPropertyDescription("What its environment says, shortened to 300 characters.") @Required
          String message) {}
}
