package io.godev.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Many environments of one template, one for each member of a list. */
@Group(GoDevEnvironment.GROUP)
@Version(GoDevEnvironment.VERSION)
@ShortNames("gdf")
@Categories("godev")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = Type.STRING)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
    type = Type.STRING)
@AdditionalPrinterColumn(name = "Members", jsonPath = ".status.members", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Up", jsonPath = ".status.ready", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Updated", jsonPath = ".status.updated", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Failed", jsonPath = ".status.failed", type = Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Suspended",
    jsonPath = ".status.suspended",
    type = Type.INTEGER,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Template",
    jsonPath = ".status.template.current",
    type = Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
// the names of its environments are DNS labels (RFC 1035), of at most 50 characters
@ValidationRule(
    value =
        "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$') && size(self.metadata.name) <= 48",
    message =
        "metadata.name must start with a letter, consist of lower-case letters, digits and '-', and have at most"
            + " 48 characters: the names of its environments begin with it")
@ValidationRule(
    value =
        "!has(self.spec.members) || self.spec.members.all(m, size(self.metadata.name) + size(m.name) <= 49)",
    message =
        "spec.members: metadata.name, '-' and the name of a member become the name of an environment, which can have"
            + " at most 50 characters; take a shorter name for one of them")
public class GoDevFleet extends CustomResource<GoDevFleetSpec, GoDevFleetStatus>
    implements Namespaced {}
