package io.godev.operator;

import org.eclipse.microprofile.config.spi.Converter;

/**
 * A switch that is spelled right: by default any other word is false. Public for the configuration.
 */
public final class TrueOrFalse implements Converter<Boolean> {
  @Override
  public Boolean convert(String value) {
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException("must be true or false, and is " + value);
    }
    return value.equals("true");
  }
}
