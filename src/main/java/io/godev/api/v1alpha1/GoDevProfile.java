package io.godev.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** What a platform team gives to environments, and what it holds them to. */
@Group(GoDevEnvironment.GROUP)
@Version(GoDevEnvironment.VERSION)
@ShortNames("gdp")
@Categories("godev")
@AdditionalPrinterColumn(name = "Default", jsonPath = ".spec.default", type = Type.BOOLEAN)
@AdditionalPrinterColumn(name = "Restart", jsonPath = ".spec.restart", type = Type.STRING)
@AdditionalPrinterColumn(name = "In use", jsonPath = ".status.inUse", type = Type.BOOLEAN)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@ValidationRule(
    value = "size(self.metadata.name) <= 63",
    message = "metadata.name must have at most 63 characters: pods carry it as a label")
public class GoDevProfile extends CustomResource<GoDevProfileSpec, GoDevProfileStatus> {}
