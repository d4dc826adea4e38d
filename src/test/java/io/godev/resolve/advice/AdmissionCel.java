package io.godev.resolve.advice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.cel.runtime.CelEvaluationException;
import io.godev.cli.check.Cel;
import java.util.Map;

/** CEL of admission policies, which know nothing of an object's schema. */
public final class AdmissionCel {
  private static final Cel CEL = new Cel("object");
  // CEL has integers of 64 bits alone
  private static final ObjectMapper VALUES =
      new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);

  private AdmissionCel() {}

  public static JsonNode object(String yaml) {
    try {
      return new YAMLMapper().readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(yaml, e);
    }
  }

  // a.?b.?c is a[?'b'][?'c'], and the second is what this library evaluates right:
  // https://github.com/cel-expr/cel-java/issues/1083
  private static String inIndices(String expression) {
    return expression.replaceAll("[.][?]([a-zA-Z]+)", "[?'$1']");
  }

  /** Whether it is true; where it cannot be evaluated the test fails. */
  public static boolean isTrue(String expression, JsonNode object) {
    try {
      return CEL.holds(
          inIndices(expression), Map.of("object", VALUES.convertValue(object, Map.class)));
    } catch (CelEvaluationException e) {
      throw new AssertionError(expression + " of " + object, e);
    }
  }
}
