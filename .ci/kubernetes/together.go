package main

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/resource"
)

// What only the whole of a built folder shows: each object by itself is right in its kind.
func checkTogether(objects []*resource.Resource) []string {
	return append(withoutNamespace(objects), countedTwice(objects)...)
}

// Such objects go to wherever the context of whoever applies them points, and find nothing there of what they name.
func withoutNamespace(objects []*resource.Resource) []string {
	var faults []string
	for _, object := range objects {
		if object.GetKind() != "Namespace" && object.GetNamespace() == "" {
			faults = append(faults, fmt.Sprintf("%s %s: no namespace", object.GetKind(), object.GetName()))
		}
	}
	return faults
}

// A Deployment with a number of its own beside an autoscaler is set back to it with each apply.
func countedTwice(objects []*resource.Resource) []string {
	scaled := map[string]bool{}
	for _, object := range objects {
		if kind := object.GetKind(); kind == "HorizontalPodAutoscaler" || kind == "ScaledObject" {
			target, _ := object.GetString("spec.scaleTargetRef.name")
			scaled[target] = true
		}
	}
	var faults []string
	for _, object := range objects {
		if object.GetKind() != "Deployment" || !scaled[object.GetName()] {
			continue
		}
		if replicas, err := object.GetFieldValue("spec.replicas"); err == nil {
			faults = append(faults, fmt.Sprintf("Deployment %s: replicas %v, of which an autoscaler decides", object.GetName(), replicas))
		}
	}
	return faults
}
