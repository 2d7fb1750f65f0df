package main

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/resource"
)

// What only the whole of a built folder shows: each object by itself is right in its kind.
func checkTogether(objects []*resource.Resource) []string {
	return withoutNamespace(objects)
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
