package io.godev.cli.check;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An amount as the API server reads it: <a
 * href="https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#ParseQuantity">ParseQuantity</a>,
 * with what it lets through that its documentation does not.
 */
final class KubernetesQuantity {
  // digits may be missing altogether: "" is refused, "-" and "Ki" are 0
  private static final Pattern FORM =
      Pattern.compile("([-+]?)([0-9]*)(?:[.]([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)");
  private static final Pattern EXPONENT = Pattern.compile("[eE]([-+]?[0-9]{1,18})");
  private static final Map<String, Integer> DECIMAL =
      Map.of("n", -9, "u", -6, "m", -3, "", 0, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
  private static final Map<String, Integer> BINARY =
      Map.of("Ki", 10, "Mi", 20, "Gi", 30, "Ti", 40, "Pi", 50, "Ei", 60);
  private static final int NANO = 9;
  // amounts are compared with bounds far below
  private static final int LARGEST_EXPONENT = 10_000;
  private static final BigDecimal LARGEST_BINARY =
      new BigDecimal(BigInteger.valueOf(Long.MAX_VALUE));

  private KubernetesQuantity() {}

  /** The amount; empty for what is none. */
  static Optional<BigDecimal> parse(String text) {
    var form = FORM.matcher(text);
    if (text.isEmpty() || !form.matches()) {
      return Optional.empty();
    }
    var digits = form.group(2).isEmpty() ? "0" : form.group(2);
    var fraction = form.group(3) == null ? "" : form.group(3);
    var number = new BigDecimal(new BigInteger(digits + fraction), fraction.length());
    var amount = scaled(number, form.group(4));
    return form.group(1).equals("-") ? amount.map(BigDecimal::negate) : amount;
  }

  private static Optional<BigDecimal> scaled(BigDecimal number, String suffix) {
    if (BINARY.containsKey(suffix)) {
      var factor = new BigDecimal(BigInteger.ONE.shiftLeft(BINARY.get(suffix)));
      return Optional.of(rounded(number.multiply(factor)).min(LARGEST_BINARY));
    }
    if (DECIMAL.containsKey(suffix)) {
      return Optional.of(rounded(number.scaleByPowerOfTen(DECIMAL.get(suffix))));
    }
    var exponent = EXPONENT.matcher(suffix);
    if (!exponent.matches()) {
      return Optional.empty();
    }
    var power = Long.parseLong(exponent.group(1));
    var bounded = (int) Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, power));
    return Optional.of(rounded(number.scaleByPowerOfTen(bounded)));
  }

  private static BigDecimal rounded(BigDecimal amount) {
    return amount.scale() <= NANO ? amount : amount.setScale(NANO, RoundingMode.UP);
  }
}
