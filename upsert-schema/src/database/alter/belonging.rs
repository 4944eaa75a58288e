//! What `ALTER TABLE` does to where a table belongs: its schema, its parents, its type.

use super::Subject;
use crate::change::Name;

impl Subject<'_> {
    pub(super) fn set_schema(&mut self, schema: &str) {
        let schema = self.database.schema(schema);
        if let Some(table) = self.database.tables.get_mut(self.at) {
            table.schema = schema;
        }
    }

    pub(super) fn attach(&mut self, partition: &Name) {
        let child = self.database.find(partition);
        if let Some(child) = child.filter(|child| *child != self.at) {
            let position = (self.locate)(self.start);
            self.database.attach(self.at, child, &position);
        }
    }

    pub(super) fn detach(&mut self, partition: &Name) {
        if let Some(child) = self.database.find(partition) {
            self.database.detach(child);
        }
    }

    pub(super) fn no_inherit(&mut self, parent: &Name) {
        let parent = self
            .database
            .find(parent)
            .and_then(|at| self.database.tables.get(at));
        let id = parent.map(|parent| parent.id);
        if let Some(table) = self.database.tables.get_mut(self.at) {
            table.inherits.retain(|known| Some(*known) != id);
        }
    }

    /// PostgreSQL's tables of a type.
    pub(super) fn set_of(&mut self, of: Option<String>) {
        if let Some(table) = self.database.tables.get_mut(self.at) {
            table.of = of;
        }
    }
}
