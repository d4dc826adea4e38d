package io.godev.plan.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetSpec.Member;
import io.godev.api.v1alpha1.GoDevFleetSpec.Metadata;
import io.godev.api.v1alpha1.GoDevFleetSpec.Prune;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The environment of a member, as a template has it.
 *
 * <p>The spec is the fleet's, but for the mode and the protection from deletion where nobody
 * decides on them in the fleet. Labels and annotations of others stay. It is put together as a
 * tree, so that a new field of a spec is carried along.
 */
final class MemberEnvironment {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> VOLUMES = List.of("workspace", "cache");

  private final GoDevFleet fleet;
  private final FleetTemplate template;
  private final JsonNode tree;
  private final Instant now;

  MemberEnvironment(GoDevFleet fleet, FleetTemplate template, Instant now) {
    this.fleet = fleet;
    this.template = template;
    this.tree = JSON.valueToTree(template.content().spec());
    this.now = now;
  }

  /** The environment of a member that has none. */
  GoDevEnvironment create(Member member) {
    var nothing = new GoDevEnvironment();
    nothing.setMetadata(
        new ObjectMetaBuilder()
            .withName(FleetNames.environment(fleet.getMetadata().getName(), member.name()))
            .withNamespace(fleet.getMetadata().getNamespace())
            .build());
    return of(member, nothing, new Written("", now.toString(), false, false, null, null), false);
  }

  /** The environment of a member as it should be, or null if it is so. */
  GoDevEnvironment update(MemberState state) {
    var present = state.environment();
    var wanted = of(state.member(), present, Written.of(present), state.isFailing());
    return wanted.getSpec().equals(present.getSpec())
            && FleetNames.labels(wanted).equals(FleetNames.labels(present))
            && FleetNames.annotations(wanted).equals(FleetNames.annotations(present))
            && FleetNames.owners(wanted).equals(FleetNames.owners(present))
        ? null
        : wanted;
  }

  /** An environment that stays when its fleet goes, or null if it would. */
  static GoDevEnvironment released(GoDevFleet fleet, GoDevEnvironment present) {
    if (!FleetNames.isOwned(fleet, present)) {
      return null;
    }
    var released = new GoDevEnvironment();
    released.setMetadata(
        new ObjectMetaBuilder(present.getMetadata())
            .withOwnerReferences(others(fleet, present))
            .build());
    released.setSpec(present.getSpec());
    return released;
  }

  private GoDevEnvironment of(
      Member member, GoDevEnvironment present, Written before, boolean failing) {
    var ownMode = member.mode() != null || template.content().spec().mode() != null;
    var spec = spec(member, present.getSpec(), before);
    var changes = !spec.equals(present.getSpec());
    var metadata =
        Optional.ofNullable(template.content().metadata()).orElse(new Metadata(null, null));
    var labels = sorted(metadata.labels());
    var annotations = sorted(metadata.annotations());
    var written =
        new Written(
            template.hash(),
            changes ? now.truncatedTo(ChronoUnit.SECONDS).toString() : before.since(),
            changes ? failing : before.failing(),
            ownMode,
            labels,
            annotations);
    var environment = new GoDevEnvironment();
    environment.setMetadata(new ObjectMetaBuilder(present.getMetadata()).build());
    environment
        .getMetadata()
        .setLabels(
            laid(
                FleetNames.labels(present),
                before.labels(),
                metadata.labels(),
                Map.of(
                    FleetNames.FLEET,
                    fleet.getMetadata().getName(),
                    FleetNames.MEMBER,
                    member.name())));
    environment
        .getMetadata()
        .setAnnotations(
            laid(
                FleetNames.annotations(present),
                before.annotations(),
                metadata.annotations(),
                Map.of(FleetNames.WRITTEN, written.text())));
    environment.setSpec(spec);
    environment.getMetadata().setOwnerReferences(owners(present, environment));
    return environment;
  }

  // what has to go with the fleet has it as owner, and what has to stay has none
  private List<OwnerReference> owners(GoDevEnvironment present, GoDevEnvironment wanted) {
    var goes = fleet.getSpec().prune() != Prune.Orphan && !FleetNames.isProtected(wanted);
    return goes
        ? Stream.concat(others(fleet, present).stream(), Stream.of(FleetNames.owner(fleet)))
            .toList()
        : others(fleet, present);
  }

  private static List<OwnerReference> others(GoDevFleet fleet, GoDevEnvironment present) {
    return FleetNames.owners(present).stream()
        .filter(owner -> !owner.getUid().equals(fleet.getMetadata().getUid()))
        .toList();
  }

  private GoDevEnvironmentSpec spec(Member member, GoDevEnvironmentSpec present, Written before) {
    ObjectNode spec = tree.deepCopy();
    if (member.mode() != null) {
      spec.put("mode", member.mode().name());
    } else if (!spec.has("mode") && !before.mode() && present != null && present.mode() != null) {
      spec.put("mode", present.mode().name());
    }
    if (!spec.has("deletionProtection")
        && present != null
        && present.deletionProtection() != null) {
      spec.put("deletionProtection", present.deletionProtection());
    }
    if (member.ref() != null && spec.at("/source/git") instanceof ObjectNode git) {
      git.put("ref", member.ref());
    }
    if (member.env() != null) {
      addVariables(spec.withObject("/run").withArray("env"), member);
    }
    if (present != null) {
      keepSizes(spec, JSON.valueToTree(present.storage()));
    }
    try {
      return JSON.treeToValue(spec, GoDevEnvironmentSpec.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a spec that was read can be read again", e);
    }
  }

  private static void addVariables(ArrayNode variables, Member member) {
    for (var variable : member.env()) {
      JsonNode own = JSON.valueToTree(variable);
      var place = 0;
      while (place < variables.size()
          && !variables.get(place).path("name").asText().equals(variable.name())) {
        place++;
      }
      if (place < variables.size()) {
        variables.set(place, own);
      } else {
        variables.add(own);
      }
    }
  }

  // the API server refuses a smaller one, also when a template that made it grow is taken back
  private static void keepSizes(ObjectNode spec, JsonNode present) {
    for (var volume : VOLUMES) {
      var size = present.path(volume).path("size");
      if (spec.at("/storage/" + volume) instanceof ObjectNode wanted
          && wanted.has("size")
          && size.isTextual()
          && new Quantity(size.asText()).compareTo(new Quantity(wanted.get("size").asText())) > 0) {
        wanted.set("size", size);
      }
    }
  }

  // theirs, without what the template had before, and with what it has now
  private static Map<String, String> laid(
      Map<String, String> present,
      List<String> before,
      Map<String, String> wanted,
      Map<String, String> own) {
    Map<String, String> laid = new HashMap<>(present);
    before.forEach(laid::remove);
    laid.putAll(Objects.requireNonNullElse(wanted, Map.of()));
    laid.putAll(own);
    return laid;
  }

  private static List<String> sorted(Map<String, String> entries) {
    return entries == null ? List.of() : entries.keySet().stream().sorted().toList();
  }
}
