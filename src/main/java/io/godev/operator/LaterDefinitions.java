package io.godev.operator;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Fields that this release does not know are passed over.
 *
 * <p>The definitions in the cluster may be those of a later release, because they are installed
 * first or because the operator alone was taken back. One environment with such a field would keep
 * the operator from listing any.
 */
@Singleton
final class LaterDefinitions implements KubernetesClientObjectMapperCustomizer {
  @Override
  public void customize(ObjectMapper mapper) {
    mapper.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }
}
