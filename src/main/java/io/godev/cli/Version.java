package io.godev.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version the command was built as. */
final class Version implements IVersionProvider {

  static String number() {
    return Objects.requireNonNullElse(
        Godev.class.getPackage().getImplementationVersion(), "(not packaged)");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"godev " + number()};
  }
}
