package io.godev.reconcile.fleet;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_FORBIDDEN;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.godev.api.v1alpha1.GoDevFleet;
import io.godev.api.v1alpha1.GoDevFleetSpec.Template;
import io.godev.api.v1alpha1.Reason;
import io.godev.assess.fleet.FleetObstacle;
import io.godev.plan.PodHashes;
import io.godev.plan.fleet.FleetNames;
import io.godev.plan.fleet.FleetTemplate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The last good template of each fleet, in a ConfigMap that goes with the fleet.
 *
 * <p>Whoever may write ConfigMaps could change it; so it counts only with the hash that the status
 * of the fleet has. It is read when a template failed, and never otherwise.
 */
final class KeptTemplate {
  private static final String KEY = "template.json.gz";
  private static final int UNPROCESSABLE = 422;
  private static final int REMEMBERED = 50;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final Refusals refusals;
  private final Map<String, FleetTemplate> remembered =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, FleetTemplate> eldest) {
          return size() > REMEMBERED;
        }
      };

  KeptTemplate(KubernetesClient client, Refusals refusals) {
    this.client = client;
    this.refusals = refusals;
  }

  /** The template of that hash, if it was kept. */
  synchronized Optional<FleetTemplate> read(GoDevFleet fleet, String hash) {
    var known = remembered.get(fleet.getMetadata().getUid());
    if (known != null && known.hash().equals(hash)) {
      return Optional.of(known);
    }
    var kept =
        Optional.ofNullable(client.resource(object(fleet, "")).get())
            .map(ConfigMap::getBinaryData)
            .map(data -> data.get(KEY))
            .flatMap(KeptTemplate::unpacked)
            .filter(template -> template.hash().equals(hash));
    kept.ifPresent(template -> remembered.put(fleet.getMetadata().getUid(), template));
    return kept;
  }

  /**
   * Keeps a template; what is in the way, if it cannot be.
   *
   * @param first whether none was kept before
   */
  synchronized Optional<FleetObstacle> keep(
      GoDevFleet fleet, FleetTemplate template, boolean first, Instant now) {
    var wanted = object(fleet, packed(template));
    var known = refusals.of(wanted, template.hash(), now);
    if (known.isPresent()) {
      return known;
    }
    try {
      if (first && isCreated(wanted) || isReplaced(fleet, wanted)) {
        remembered.put(fleet.getMetadata().getUid(), template);
        return Optional.empty();
      }
      return inTheWay(
          wanted,
          template,
          Reason.NameConflict,
          "A ConfigMap named %s is there that is not this fleet's, and is left alone. The last good template is to be"
                  .formatted(wanted.getMetadata().getName())
              + " kept there; delete or rename it.",
          now);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HTTP_FORBIDDEN && e.getCode() != UNPROCESSABLE) {
        throw e;
      }
      return inTheWay(
          wanted,
          template,
          Reason.Refused,
          "The API server refuses the ConfigMap %s, in which the last good template is to be kept: %s"
              .formatted(
                  wanted.getMetadata().getName(),
                  e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage()),
          now);
    }
  }

  private boolean isCreated(ConfigMap wanted) {
    try {
      client.resource(wanted).create();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HTTP_CONFLICT) {
        throw e;
      }
      return false;
    }
  }

  private boolean isReplaced(GoDevFleet fleet, ConfigMap wanted) {
    var present = client.resource(wanted).get();
    if (present == null) {
      return isCreated(wanted);
    }
    if (!FleetNames.isOwned(fleet, present)) {
      return false;
    }
    wanted.getMetadata().setResourceVersion(present.getMetadata().getResourceVersion());
    client.resource(wanted).update();
    return true;
  }

  private Optional<FleetObstacle> inTheWay(
      ConfigMap wanted, FleetTemplate template, Reason reason, String message, Instant now) {
    var obstacle = new FleetObstacle("", reason, message);
    refusals.note(wanted, template.hash(), obstacle, now);
    return Optional.of(obstacle);
  }

  private static ConfigMap object(GoDevFleet fleet, String content) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(FleetNames.keptTemplate(fleet.getMetadata().getName()))
        .withNamespace(fleet.getMetadata().getNamespace())
        .addToLabels(FleetNames.FLEET, fleet.getMetadata().getName())
        .withOwnerReferences(FleetNames.owner(fleet))
        .endMetadata()
        .addToBinaryData(KEY, content)
        .build();
  }

  // a template with files may be as large as a ConfigMap
  private static String packed(FleetTemplate template) {
    var bytes = new ByteArrayOutputStream();
    try (var packing = new GZIPOutputStream(bytes)) {
      packing.write(PodHashes.canonical(template.content()).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static Optional<FleetTemplate> unpacked(String content) {
    try (var bytes =
        new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(content)))) {
      return Optional.of(FleetTemplate.of(JSON.readValue(bytes, Template.class)));
    } catch (IOException | IllegalArgumentException e) {
      // somebody changed it, or a later version of the operator wrote it
      return Optional.empty();
    }
  }
}
