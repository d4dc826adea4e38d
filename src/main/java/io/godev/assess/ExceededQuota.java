package io.godev.assess;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * By how much an object exceeds a ResourceQuota.
 *
 * @param quota name of the ResourceQuota
 * @param excess such as {@code limits.cpu by 1 (2 asked for, 1 left)}
 */
record ExceededQuota(String quota, String excess) {
  // https://github.com/kubernetes/kubernetes/blob/v1.34.4/staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go
  private static final Pattern WORDS =
      Pattern.compile(
          "exceeded quota: (\\S+), requested: (\\S+), used: (\\S+), limited: (\\S+?)\\.?$");

  private static final String[] BINARY = {"Gi", "Mi", "Ki"};

  /** What the API server's words say, if they are as expected. */
  static Optional<ExceededQuota> of(String message) {
    var words = WORDS.matcher(message);
    if (!words.find()) {
      return Optional.empty();
    }
    try {
      var used = amounts(words.group(3));
      var limited = amounts(words.group(4));
      var excess =
          amounts(words.group(2)).entrySet().stream()
              .flatMap(asked -> excess(asked, used, limited))
              .collect(Collectors.joining(", "));
      return excess.isEmpty()
          ? Optional.empty()
          : Optional.of(new ExceededQuota(words.group(1), excess));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The quota that the words are of, as far as they tell of it. */
  static Optional<ResourceQuota> quota(String message) {
    return words(message)
        .map(
            words ->
                new ResourceQuotaBuilder()
                    .withNewMetadata()
                    .withName(words.group(1))
                    .endMetadata()
                    .withNewStatus()
                    .withUsed(quantities(words.group(3)))
                    .withHard(quantities(words.group(4)))
                    .endStatus()
                    .build());
  }

  /** What the words say is asked for; nothing if they are not as expected. */
  static Map<String, BigDecimal> requested(String message) {
    return words(message).map(words -> amounts(words.group(2))).orElse(Map.of());
  }

  // without those that no amounts follow
  private static Optional<Matcher> words(String message) {
    var words = WORDS.matcher(message);
    return words.find() && of(message).isPresent() ? Optional.of(words) : Optional.empty();
  }

  private static Map<String, Quantity> quantities(String list) {
    Map<String, Quantity> quantities = new LinkedHashMap<>();
    amounts(list)
        .forEach((name, amount) -> quantities.put(name, new Quantity(amount.toPlainString())));
    return quantities;
  }

  private static Stream<String> excess(
      Map.Entry<String, BigDecimal> asked,
      Map<String, BigDecimal> used,
      Map<String, BigDecimal> limited) {
    var name = asked.getKey();
    if (!used.containsKey(name) || !limited.containsKey(name)) {
      return Stream.empty();
    }
    var left = limited.get(name).subtract(used.get(name)).max(BigDecimal.ZERO);
    var over = asked.getValue().subtract(left);
    return over.signum() <= 0
        ? Stream.empty()
        : Stream.of(
            "%s by %s (%s asked for, %s left)"
                .formatted(name, text(over), text(asked.getValue()), text(left)));
  }

  private static Map<String, BigDecimal> amounts(String list) {
    Map<String, BigDecimal> amounts = new LinkedHashMap<>();
    for (var entry : list.split(",")) {
      var pair = entry.split("=", 2);
      if (pair.length == 2) {
        amounts.put(pair[0], new Quantity(pair[1]).getNumericalAmount());
      }
    }
    return amounts;
  }

  // as people write them: 512Mi, 250m, 3
  private static String text(BigDecimal amount) {
    var unit = BigDecimal.valueOf(1L << 30);
    for (var suffix : BINARY) {
      if (amount.signum() != 0 && amount.remainder(unit).signum() == 0) {
        return amount.divide(unit).toBigInteger() + suffix;
      }
      unit = unit.divide(BigDecimal.valueOf(1024));
    }
    return amount.stripTrailingZeros().scale() > 0
        ? amount.movePointRight(3).stripTrailingZeros().toPlainString() + "m"
        : amount.stripTrailingZeros().toPlainString();
  }
}
