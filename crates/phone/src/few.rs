//! A map of a few entries. A search through a handful beats a tree, and each kind of tree costs some 6 KB of code in the browser.

/// Keys and values in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Few<K, V>(Vec<(K, V)>);

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq, V> Few<K, V> {
    fn position(&self, key: &K) -> Option<usize> {
        self.0.iter().position(|(found, _)| found == key)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.0.iter().find(|(found, _)| found == key).map(|(_, value)| value)
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.0.iter_mut().find(|(found, _)| found == key).map(|(_, value)| value)
    }

    /// Sets the value of a key; the old one comes back.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.get_mut(&key) {
            Some(old) => Some(std::mem::replace(old, value)),
            None => {
                self.0.push((key, value));
                None
            }
        }
    }

    /// Takes a key out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.position(key).map(|at| self.0.remove(at).1)
    }

    /// True where the key is there.
    #[must_use]
    pub fn contains(&self, key: &K) -> bool {
        self.position(key).is_some()
    }

    /// Forgets what does not fit.
    pub fn retain(&mut self, mut fits: impl FnMut(&K, &V) -> bool) {
        self.0.retain(|(key, value)| fits(key, value));
    }

    /// Keys and values.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// The values.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True where there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Few;

    #[test]
    fn is_a_map() {
        let mut few = Few::default();
        assert!(few.is_empty());
        assert_eq!(few.insert(1, "a"), None);
        assert_eq!(few.insert(2, "b"), None);
        assert_eq!(few.insert(1, "c"), Some("a"));
        assert_eq!((few.len(), few.get(&1), few.get(&3), few.contains(&2)), (2, Some(&"c"), None, true));
        if let Some(value) = few.get_mut(&2) {
            *value = "d";
        }
        assert_eq!(few.iter().map(|(key, value)| (*key, *value)).collect::<Vec<_>>(), [(1, "c"), (2, "d")]);
        few.retain(|key, _| *key == 2);
        assert_eq!(few.values().collect::<Vec<_>>(), [&"d"]);
        assert_eq!((few.remove(&2), few.remove(&2)), (Some("d"), None));
    }
}
